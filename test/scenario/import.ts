import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMUNITY_FILE, readLines } from '../support/community.ts';
import { run } from '../support/graphql.ts';
import { scrollBack } from '../support/history.ts';
import { enterImported, IMPORT_TOKEN, ImportRun } from '../support/import.ts';
import { type Door, newHandle, PLACE_TIMEOUT_MS, type Place } from '../support/place.ts';

/** The place is to be opened with {@link IMPORT_TOKEN}. */
export function importScenario(where: string, open: () => Promise<Place>): void {
  describe(`an import, ${where}`, () => {
    let place: Place;
    let asking: Door;
    let listening: Door;
    let other: Door;
    let directory: string;

    beforeAll(async () => {
      place = await open();
      [asking, listening, other] = place.doors;
      directory = await mkdtemp(join(tmpdir(), 'parley-import-'));
    }, PLACE_TIMEOUT_MS);
    afterAll(async () => {
      await place[Symbol.asyncDispose]();
      await rm(directory, { recursive: true });
    });

    async function importFile({ url }: Door, file: string, token: string | null, ...options: string[]) {
      const importing = new ImportRun(url, file, token, ...options);
      const code = await importing.end();
      return { code, output: importing.output };
    }

    test('a log comes in whole, in its order, and a second run adds nothing', async () => {
      const lines = readLines(COMMUNITY_FILE);
      const handle = newHandle('importer');
      const first = await importFile(asking, COMMUNITY_FILE, IMPORT_TOKEN, '--handle', handle);
      expect(first.output).toContain(`${lines.length} messages imported, 0 were there already, 0 lines skipped`);
      expect(first.code).toBe(0);
      const second = await importFile(other, COMMUNITY_FILE, IMPORT_TOKEN, '--handle', handle);
      expect(second.output).toContain(`0 messages imported, ${lines.length} were there already, 0 lines skipped`);

      const { person, channelIds } = await enterImported(listening.url, IMPORT_TOKEN, handle);
      const [channelId = ''] = channelIds.values();
      const history = await scrollBack(listening.url, person, channelId);
      expect(history.map(({ text }) => text)).toEqual(lines.map(({ text }) => text));
      const oldest = await run<{ channel: { messages: { edges: { node: { createdAt: string } }[] } } }>(
        listening.url,
        person.token,
        `query ($id: ID!) { channel(id: $id) { messages(first: 1) { edges { node { createdAt } } } } }`,
        { id: channelId },
      );
      const createdAt = oldest.channel.messages.edges[0]?.node.createdAt ?? '';
      expect(Date.parse(createdAt)).toBe(Date.parse(lines[0]?.at ?? ''));
    }, 120_000);

    test('authors beyond the seats are reported, and their messages listed', async () => {
      const file = join(directory, 'crowd.jsonl');
      const lines = Array.from({ length: 105 }, (_, index) => ({
        at: new Date(1_388_534_400_000 + index * 1_000).toISOString(),
        channel: 'crowd',
        author: `author-${index}`,
        text: `I am ${index}`,
      }));
      await writeFile(file, lines.map((line) => JSON.stringify(line)).join('\n'));
      const options = ['--handle', newHandle('crowd-importer'), '--password', IMPORT_TOKEN];
      const { output, code } = await importFile(asking, file, IMPORT_TOKEN, ...options);
      expect(output).toContain('99 messages imported, 0 were there already, 6 lines skipped');
      for (let author = 99; author < 105; author += 1) {
        expect(output).toContain(`no seat for author-${author} in crowd`);
        expect(output).toContain(`lines ${author + 1}`);
      }
      expect(code).toBe(0);
    });

    test.each([
      ['without a token', null, /^IMPORT_TOKEN is not set[^\n]*\n$/, 2],
      ['with a wrong token', 'quite another secret', /^FORBIDDEN: The import token is wrong\.\n$/, 1],
    ])('%s it says so in one line', async (_, token, line, code) => {
      const refused = await importFile(asking, COMMUNITY_FILE, token, '--handle', newHandle('refused-importer'));
      expect(refused.output).toMatch(line);
      expect(refused.code).toBe(code);
    });
  });
}

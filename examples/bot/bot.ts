import { randomInt } from 'node:crypto';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { createClient, ParleyError } from 'parley/client';
import { fileStorage } from 'parley/client/node';

const USAGE = `node examples/bot/bot.ts [--url URL] [--handle HANDLE] [--password PASSWORD] [--file FILE]

Throws dice for whoever asks while it runs: write to it, or add it to a group, and say !roll or !roll 20.
FILE keeps its session and what it has not sent yet, so that nothing it has said is lost or comes twice when it ends.
`;

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://localhost:4000' },
    handle: { type: 'string', default: 'dice' },
    password: { type: 'string', default: 'correct horse battery' },
    file: { type: 'string', default: 'dice.json' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(USAGE);
else await start();

async function start(): Promise<void> {
  const { url, handle, password, file } = values;
  const client = createClient({ url, storage: fileStorage(file) });
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => client.close());

  client.onEvent((event) => {
    if (event.__typename !== 'MessageSent' || event.message.sender.handle === handle) return;
    const answer = answerTo(event.message.text);
    if (answer === null) return;
    // Once this has been written down it goes out, once, whatever happens to the network, the node or this process.
    const channel = client.channel(event.channel.id);
    channel.send(answer, { replyTo: event.message.id }).catch((error) => process.stderr.write(`${error}\n`));
  });

  if ((await client.ready()) === null) {
    await client.logIn({ handle, password }).catch((error) => {
      if (!(error instanceof ParleyError) || error.code !== 'UNAUTHENTICATED') throw error;
      return client.signUp({ handle, name: 'Dice', password });
    });
  }
  client.connection.subscribe(() => {
    if (client.connection.get().status === 'live') process.stdout.write(`${handle} throws dice\n`);
  });
}

/** Null for what is not meant for a bot. */
function answerTo(text: string): string | null {
  const asked = /^!roll(?: (\d{1,9}))?$/.exec(text.trim());
  if (asked === null) return null;
  const sides = Math.max(2, Number(asked[1] ?? 6));
  return `${randomInt(sides) + 1} of ${sides}`;
}

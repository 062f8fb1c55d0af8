import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { it } from 'vitest';
import { openChat } from '../../examples/relay/chat.ts';
import { describeChat } from './chat-suite.ts';

describeChat('Relay', openChat);

it('is compiled from what stands in its operations', async () => {
  const cwd = join(import.meta.dirname, '../../examples/relay');
  await promisify(execFile)('relay-compiler', ['relay.config.json', '--validate'], { cwd });
});

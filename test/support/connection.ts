import { readFile } from 'node:fs/promises';

const ESTABLISHED = '01';
const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');

/** Whether the process that listens on `serverPort` still holds its end of a connection: what the kernel says, not the client. */
export async function isHeld(serverPort: number, clientPort: number): Promise<boolean> {
  const table = await readFile('/proc/net/tcp', 'utf8');
  return table.split('\n').some((row) => {
    const [, local = '', remote = '', state] = row.trim().split(/\s+/);
    return local.endsWith(`:${hex(serverPort)}`) && remote.endsWith(`:${hex(clientPort)}`) && state === ESTABLISHED;
  });
}

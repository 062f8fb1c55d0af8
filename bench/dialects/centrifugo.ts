import type { Dialect, Meaning } from './dialect.ts';

/** Its JSON protocol; the pushed data has the fields that the GraphQL peers send. */
export const CENTRIFUGO: Dialect = {
  socketPath: '/connection/websocket',
  subprotocol: null,
  initialise: () => '{"id":1,"connect":{}}',
  subscribe: ({ group }) => [JSON.stringify({ id: 2, subscribe: { channel: group } })],
  meanings: (frame) => frame.split('\n').map(meaningOf),
  pong: '{}',
  joinsMessages: true,
  httpPath: '/api/publish',
  httpHeaders: () => ({}),
  httpBody: ({ group, body }) =>
    JSON.stringify({
      channel: group,
      data: {
        id: '12345-100',
        channelId: group,
        text: body,
        createdAt: '2026-01-01T00:00:00.000Z',
        sender: { id: '1', name: 'User 1' },
      },
    }),
  socketPublish: null,
};

function meaningOf(line: string): Meaning {
  if (line === '{}') return 'ping';
  if (line.includes('"push"')) return 'other';
  if (line.includes('"error"')) return 'refused';
  if (line.includes('"id":1,')) return 'acknowledged';
  return line.includes('"id":2') ? 'subscribed' : 'other';
}

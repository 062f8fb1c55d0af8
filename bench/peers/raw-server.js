// No GraphQL: it answers just enough of graphql-transport-ws for a client to subscribe, makes the JSON of a message once and one frame
// for each distinct operation id, and writes the same buffer to every raw socket.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { addMessage, address, findUser } from './chat.js';

/** By channel, then by operation id: the raw sockets. */
const subscribers = new Map();

function textFrame(payload) {
  const { length } = payload;
  const header = length < 126 ? Buffer.from([0x81, length]) : Buffer.from([0x81, 126, length >> 8, length & 255]);
  return Buffer.concat([header, payload]);
}

function publish({ senderId, ...stored }) {
  const message = { ...stored, sender: findUser(senderId) };
  const data = JSON.stringify({ data: { messageAdded: message } });
  for (const [id, sockets] of subscribers.get(message.channelId) ?? []) {
    const frame = textFrame(Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":${data}}`));
    for (const socket of sockets) socket.write(frame);
  }
  return { id: message.id, createdAt: message.createdAt };
}

function subscribe(socket, webSocket, { id, payload }) {
  const { channelId } = payload.variables;
  const ids = subscribers.get(channelId) ?? new Map();
  subscribers.set(channelId, ids);
  const sockets = ids.get(id) ?? new Set();
  ids.set(id, sockets);
  sockets.add(socket);
  webSocket.on('close', () => {
    sockets.delete(socket);
    if (sockets.size === 0) ids.delete(id);
  });
}

/** `store` is given each message and what to call once it may be told. */
export function serve(store) {
  const send = ({ channelId, text }, answer) => {
    const message = addMessage(channelId, text);
    store(message, () => answer(JSON.stringify({ data: { sendMessage: publish(message) } })));
  };

  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      send(JSON.parse(body).variables, (answer) => {
        const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) };
        response.writeHead(200, headers).end(answer);
      });
    });
  });

  const operate = (webSocket, { id, payload }) => {
    send(payload.variables, (answer) => {
      webSocket.send(`{"id":${JSON.stringify(id)},"type":"next","payload":${answer}}`);
      webSocket.send(`{"id":${JSON.stringify(id)},"type":"complete"}`);
    });
  };

  const sockets = new WebSocketServer({ server, path: '/graphql', handleProtocols: () => 'graphql-transport-ws' });
  sockets.on('connection', (webSocket, request) => {
    webSocket.on('error', () => webSocket.terminate());
    webSocket.on('message', (data) => {
      const message = JSON.parse(data);
      if (message.type === 'connection_init') webSocket.send('{"type":"connection_ack"}');
      else if (message.type === 'ping') webSocket.send('{"type":"pong"}');
      else if (message.type === 'subscribe' && message.payload.query.startsWith('mutation'))
        operate(webSocket, message);
      else if (message.type === 'subscribe') subscribe(request.socket, webSocket, message);
    });
  });

  server.listen(address);
}

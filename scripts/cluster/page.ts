import type { Plan } from '../services/plan.ts';
import type { Server } from '../services/server.ts';
import type { NodePlan } from './nodes.ts';

/** What runs where, for a terminal and a browser alike. */
export function clusterPage(edgeUrl: string, nodes: readonly NodePlan[], services: readonly Server[]): string {
  return [
    'Parley, a cluster on one machine',
    '',
    `  one address        ${edgeUrl}/graphql   GraphiQL, HTTP, server-sent events, WebSocket`,
    `  this page          ${edgeUrl}/cluster`,
    '',
    '  The certificate is this machine’s own: a browser asks once, curl takes -k.',
    '  Log in at the one address; the answer’s `endpoint` says which node to open the WebSocket at.',
    '',
    ...nodes.map((node) => row(node.name, `region ${node.region}`, `${node.publicUrl}/graphql`, addressOf(node))),
    '',
    ...services.map((server) => row(server.name, server.label, addressOf(server), '')),
    '',
    `  figures of a node  curl http://${nodes[0] === undefined ? '' : addressOf(nodes[0])}/metrics`,
    '  its log            DIR/node-a/log, with DIR as printed above',
    '',
  ].join('\n');
}

const addressOf = ({ address }: Pick<Plan, 'address'>): string => `${address.host}:${address.port}`;

function row(name: string, what: string, where: string, inside: string): string {
  return `  ${name.padEnd(18)} ${what.padEnd(18)} ${where.padEnd(42)} ${inside}`.trimEnd();
}

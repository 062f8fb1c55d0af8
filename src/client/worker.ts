import { Agent } from './agent.ts';
import { agentOptionsFrom } from './options.ts';
import { type Begin, messagePort } from './worker-agent.ts';

/**
 * To be run as a shared worker: one agent for all tabs that speak to the same server as the same client.
 *
 *     new SharedWorker(new URL('parley/client/worker', import.meta.url), { type: 'module' })
 */
const agents = new Map<string, Agent>();

interface SharedWorkerScope {
  onconnect: ((event: MessageEvent) => void) | null;
}

(globalThis as unknown as SharedWorkerScope).onconnect = ({ ports: [port] }) => {
  if (port === undefined) return;
  port.onmessage = ({ data }: MessageEvent<Begin>) => {
    const key = JSON.stringify(data.settings);
    const agent = agents.get(key) ?? new Agent(agentOptionsFrom(data.settings, undefined));
    agents.set(key, agent);
    agent.connect(messagePort(port));
  };
};

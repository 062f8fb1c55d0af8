import type { Agent } from './agent.ts';
import { type Port, portPair } from './port.ts';

/** An agent of this thread's own. */
export function localAgent(agent: Agent, use: (port: Port) => void): () => void {
  const [tab, own] = portPair();
  agent.connect(own);
  use(tab);
  return () => agent.close();
}

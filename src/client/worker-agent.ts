import type { AgentSettings } from './options.ts';
import type { Port } from './port.ts';

/** The first message to a shared worker. */
export interface Begin {
  readonly kind: 'begin';
  readonly settings: AgentSettings;
}

/** An agent in a shared worker, for all tabs. `failed` is called where the worker can't be had. */
export function workerAgent(
  open: () => SharedWorker,
  settings: AgentSettings,
  use: (port: Port) => void,
  failed: () => void,
): void {
  try {
    const worker = open();
    worker.onerror = failed;
    worker.port.postMessage({ kind: 'begin', settings } satisfies Begin);
    use(messagePort(worker.port));
  } catch {
    failed();
  }
}

export function messagePort(port: MessagePort): Port {
  return {
    post: (message) => port.postMessage(message),
    listen: (take) => {
      // Setting it starts the port.
      port.onmessage = ({ data }) => take(data);
    },
    close: () => port.close(),
  };
}

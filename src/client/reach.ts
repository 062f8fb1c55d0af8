import { Agent } from './agent.ts';
import { leaderAgent } from './leader-agent.ts';
import { agentOptionsFrom, type ClientOptions, settingsFrom } from './options.ts';
import { type Port, portPair } from './port.ts';
import { workerAgent } from './worker-agent.ts';

/**
 * Finds an agent for this client: in a shared worker where the application gives one, else in one of the tabs, else here. Returns what ends it. A
 * tab that the browser puts to sleep lets go of its agent, so that no other tab waits for it, and finds one again when it wakes.
 */
export function reachAgent(options: ClientOptions, use: (port: Port) => void): () => void {
  if (options.storage !== undefined || typeof document === 'undefined') return ownAgent(options, use);
  let end = sharedAgent(options, use);
  const sleep = (): void => end();
  const wake = (): void => {
    end();
    end = sharedAgent(options, use);
  };
  const cameBack = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) wake();
  };
  addEventListener('pagehide', sleep);
  addEventListener('pageshow', cameBack);
  document.addEventListener('freeze', sleep);
  document.addEventListener('resume', wake);
  return () => {
    removeEventListener('pagehide', sleep);
    removeEventListener('pageshow', cameBack);
    document.removeEventListener('freeze', sleep);
    document.removeEventListener('resume', wake);
    end();
  };
}

function sharedAgent(options: ClientOptions, use: (port: Port) => void): () => void {
  if (options.worker === undefined || typeof SharedWorker === 'undefined') return tabAgent(options, use);
  let isOver = false;
  let end: (() => void) | null = null;
  let leave = (): void => {};
  const settings = settingsFrom(options);
  workerAgent(
    options.worker,
    settings,
    (port) => {
      leave = () => port.post({ kind: 'leave' });
      use(port);
    },
    () => {
      if (!isOver) end ??= tabAgent(options, use);
    },
  );
  return () => {
    isOver = true;
    leave();
    end?.();
  };
}

function tabAgent(options: ClientOptions, use: (port: Port) => void): () => void {
  const canLead = typeof navigator.locks !== 'undefined' && typeof BroadcastChannel !== 'undefined';
  if (!canLead) return ownAgent(options, use);
  const settings = settingsFrom(options);
  const { name, url } = settings;
  return leaderAgent(`parley agent ${name} ${url}`, () => new Agent(agentOptionsFrom(settings, undefined)), use);
}

function ownAgent(options: ClientOptions, use: (port: Port) => void): () => void {
  const agent = new Agent(agentOptionsFrom(settingsFrom(options), options.storage));
  const [tab, own] = portPair();
  agent.connect(own);
  use(tab);
  return () => agent.close();
}

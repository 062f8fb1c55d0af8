import type { Agent } from './agent.ts';
import { type Port, portPair } from './port.ts';
import { uuid } from './random.ts';

/** Between tabs: who leads, and what a follower and its leader say to each other. */
type Letter =
  | { readonly kind: 'who leads?'; readonly from: string }
  | { readonly kind: 'I lead'; readonly from: string }
  | { readonly kind: 'message'; readonly from: string; readonly to: string; readonly message: unknown };

/** One of the tabs has the agent, for as long as it holds a lock; the others speak to it, and to the next when it is gone. */
export function leaderAgent(name: string, makeAgent: () => Agent, use: (port: Port) => void): () => void {
  const own = uuid();
  const letters = new BroadcastChannel(name);
  const over = new AbortController();
  const followers = new Map<string, (message: unknown) => void>();
  let agent: Agent | null = null;
  let leader: string | null = null;
  let fromLeader: (message: unknown) => void = () => {};
  const write = (letter: Letter): void => {
    if (!over.signal.aborted) letters.postMessage(letter);
  };

  const follow = (id: string): void => {
    if (agent !== null || leader === id) return;
    leader = id;
    use({
      post: (message) => {
        if (leader === id) write({ kind: 'message', from: own, to: id, message });
      },
      listen: (take) => {
        fromLeader = take;
      },
      close: () => {},
    });
  };

  const serve = (from: string, message: unknown): void => {
    if (!followers.has(from)) {
      agent?.connect({
        post: (answer) => write({ kind: 'message', from: own, to: from, message: answer }),
        listen: (take) => followers.set(from, take),
        close: () => followers.delete(from),
      });
    }
    followers.get(from)?.(message);
  };

  letters.onmessage = ({ data }: MessageEvent<Letter>) => {
    if (data.kind === 'I lead') follow(data.from);
    else if (data.kind === 'who leads?' && agent !== null) write({ kind: 'I lead', from: own });
    else if (data.kind === 'message' && data.to === own && agent !== null) serve(data.from, data.message);
    else if (data.kind === 'message' && data.to === own && data.from === leader) fromLeader(data.message);
  };

  const lead = async (): Promise<void> => {
    if (over.signal.aborted) return;
    agent = makeAgent();
    const [tab, local] = portPair();
    agent.connect(local);
    use(tab);
    write({ kind: 'I lead', from: own });
    await new Promise((resolve) => over.signal.addEventListener('abort', resolve, { once: true }));
    agent.close();
  };
  // Rejects only where it is over before this tab's turn has come.
  navigator.locks.request(name, { signal: over.signal }, lead).catch(() => {});
  write({ kind: 'who leads?', from: own });

  return () => {
    over.abort();
    letters.close();
  };
}

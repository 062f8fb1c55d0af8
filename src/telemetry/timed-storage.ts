type Method = (...parameters: readonly unknown[]) => Promise<unknown>;
type Stored = (noun: string, verb: string, succeeded: boolean, seconds: number) => void;

/** The same storage, each call of its parts timed: `noun` and `verb` are those of the port. */
export function timedStorage<Storage extends object>(storage: Storage, stored: Stored): Storage {
  return wrapped(storage, (noun, part) => {
    if (typeof part === 'function') return part.bind(storage);
    if (typeof part !== 'object' || part === null) return part;
    return wrapped(part, (verb, method) => {
      if (typeof method !== 'function') return method;
      return timed(method.bind(part), (succeeded, seconds) => stored(noun, verb, succeeded, seconds));
    });
  });
}

/** Each property is wrapped once, when it is first asked for. */
function wrapped<Target extends object>(target: Target, wrap: (name: string, value: unknown) => unknown): Target {
  const values = new Map<string, unknown>();
  return new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof name !== 'string') return value;
      if (!values.has(name)) values.set(name, wrap(name, value));
      return values.get(name);
    },
  });
}

function timed(method: Method, done: (succeeded: boolean, seconds: number) => void): Method {
  return async (...parameters) => {
    const startedAt = performance.now();
    let succeeded = false;
    try {
      const result = await method(...parameters);
      succeeded = true;
      return result;
    } finally {
      done(succeeded, (performance.now() - startedAt) / 1_000);
    }
  };
}

const LOOK_MS = 500;

/** Calls back once when that process is gone; without one, when the process that started this one is. */
export function watchParent(processId: number | undefined, onGone: () => void): Disposable {
  const ownParent = process.ppid;
  const timer = setInterval(() => {
    if (processId === undefined ? process.ppid === ownParent : isAlive(processId)) return;
    clearInterval(timer);
    onGone();
  }, LOOK_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // One that belongs to another user is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** npm, or the shell that npm runs a script with: neither hands on every signal that it dies of. */
export function isRunByNpm(): boolean {
  return process.env['npm_lifecycle_event'] !== undefined;
}

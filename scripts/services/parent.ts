const LOOK_MS = 500;

/** Calls back once when that process is gone. */
export function watchParent(processId: number, onGone: () => void): Disposable {
  const timer = setInterval(() => {
    if (isAlive(processId)) return;
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

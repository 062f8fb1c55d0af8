const EVERY_MS = 10_000;

/** For what fails again and again while something is away: it is told at once, and then once in a while. */
export function sparingly(tell: (error: unknown) => void): (error: unknown) => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  return (error) => {
    const now = performance.now();
    if (now - toldAt < EVERY_MS) return;
    toldAt = now;
    tell(error);
  };
}

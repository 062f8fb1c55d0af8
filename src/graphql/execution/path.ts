/** Where in an answer something stands. Each is made once, so that one can be told from another. */
export interface Path {
  readonly prev: Path | undefined;
  readonly key: string | number;
}

/** From the root on, as errors name it. */
export function keysOf(path: Path): readonly (string | number)[] {
  const keys: (string | number)[] = [];
  for (let place: Path | undefined = path; place !== undefined; place = place.prev) keys.push(place.key);
  return keys.reverse();
}

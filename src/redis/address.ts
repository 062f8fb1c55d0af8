/** A server's name, the same on every node that spells its address alike. Without user and password. */
export function redisName(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  const database = pathname.replace(/^\/0?$/, '');
  return `${hostname}:${port || '6379'}${database}`;
}

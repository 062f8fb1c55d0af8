import type { OnReadOpts } from 'node:net';

/** Node reads each socket's bytes and hands them over before it reads the next, so that all sockets can share one buffer. */
const SHARED = Buffer.allocUnsafeSlow(128 * 1024);

/** For `net.connect`: no buffer is made for what is received. The bytes are valid during the call only. */
export const receiveInto = (take: (bytes: Buffer, length: number) => void): OnReadOpts => ({
  buffer: SHARED,
  callback: (length) => {
    take(SHARED, length);
    return true;
  },
});

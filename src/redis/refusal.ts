/** Whether it is Redis' own answer, which the same again would get again, and no trouble with the connection. */
export const isRefusal = (error: unknown): boolean => error instanceof Error && error.name === 'ReplyError';

/** A bare `LIMIT ?` has SQLite prepare the statement anew each time that a value is bound to it, which costs more than a small read. */
export const LIMIT = 'LIMIT +?';

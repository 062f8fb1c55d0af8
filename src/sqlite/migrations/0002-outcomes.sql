-- Answers that did not reach their sender. The outcome is JSON.
CREATE TABLE outcomes (
  command_id TEXT NOT NULL PRIMARY KEY,
  outcome TEXT NOT NULL,
  kept_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX outcomes_by_end ON outcomes (kept_until);

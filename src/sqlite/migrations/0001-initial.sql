-- Commands in the order in which they were appended. An offset is never given twice, also after the newest was trimmed.
CREATE TABLE log (
  log_offset INTEGER PRIMARY KEY AUTOINCREMENT,
  command TEXT NOT NULL
) STRICT;

CREATE TABLE log_epoch (epoch TEXT NOT NULL) STRICT;
INSERT INTO log_epoch (epoch) VALUES (lower(hex(randomblob(8))));

CREATE TABLE positions (
  epoch TEXT NOT NULL,
  log_partition INTEGER NOT NULL,
  log_offset INTEGER NOT NULL,
  PRIMARY KEY (epoch, log_partition)
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
  id TEXT NOT NULL PRIMARY KEY,
  handle TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  password_hash TEXT
) STRICT, WITHOUT ROWID;

-- Apart from users, whose rows would otherwise be written with every heartbeat.
CREATE TABLE last_seen (
  user_id TEXT NOT NULL PRIMARY KEY,
  seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  refreshed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE keys (
  name TEXT NOT NULL PRIMARY KEY,
  key BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE channels (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT,
  delivery TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  epoch TEXT NOT NULL,
  log_partition INTEGER NOT NULL,
  log_offset INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE memberships (
  channel_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  role TEXT NOT NULL,
  joined_at INTEGER NOT NULL,
  joined_sequence INTEGER NOT NULL,
  joined_messages INTEGER NOT NULL,
  standing INTEGER NOT NULL,
  PRIMARY KEY (channel_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_by_user ON memberships (user_id);

-- Never deleted from: who leaves and joins again goes on from here.
CREATE TABLE checkpoints (
  user_id TEXT NOT NULL,
  channel_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  messages INTEGER NOT NULL,
  PRIMARY KEY (user_id, channel_id)
) STRICT, WITHOUT ROWID;

-- A channel's history. A message lives in its MessageSent row alone, as it is now; the events that changed it point there.
CREATE TABLE events (
  channel_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  messages INTEGER NOT NULL,
  command_id TEXT NOT NULL,
  epoch TEXT NOT NULL,
  log_partition INTEGER NOT NULL,
  log_offset INTEGER NOT NULL,
  part INTEGER NOT NULL,
  parts INTEGER NOT NULL,
  -- MessageSent
  message_id TEXT,
  sender_id TEXT,
  text TEXT,
  reply_to TEXT,
  digest TEXT,
  created_at INTEGER,
  edited_at INTEGER,
  deleted_at INTEGER,
  -- MessageEdited, MessageDeleted: the sequence of the MessageSent
  message_sequence INTEGER,
  -- MemberJoined: the membership; MemberLeft: who left and who inherits; as JSON
  member TEXT,
  PRIMARY KEY (channel_id, sequence)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX events_by_message ON events (message_id) WHERE message_id IS NOT NULL;
-- A page of messages costs the same where a thousand edits lie between two of them.
CREATE INDEX events_messages ON events (channel_id, sequence) WHERE message_id IS NOT NULL;

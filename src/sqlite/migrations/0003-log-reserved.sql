-- Offsets up to this one may have been given to commands that never reached the log: none of them is given again.
ALTER TABLE log_epoch ADD COLUMN reserved INTEGER NOT NULL DEFAULT 0;

-- Who may write of a job: each process that takes a job with a past up counts its epoch up, and writes of an earlier one
-- change nothing.
ALTER TABLE jobs ADD COLUMN epoch BIGINT NOT NULL DEFAULT 0;

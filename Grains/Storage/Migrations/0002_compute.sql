-- Callers that have submitted a job, with what their ended jobs came to.
CREATE TABLE callers (
    id BIGINT PRIMARY KEY,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    done BIGINT NOT NULL DEFAULT 0,
    failed BIGINT NOT NULL DEFAULT 0,
    cancelled BIGINT NOT NULL DEFAULT 0,
    cpu_seconds DOUBLE PRECISION NOT NULL DEFAULT 0,
    UNIQUE (account, name)
);

-- One row a job. Ids rise with time, so that new rows are appended.
CREATE TABLE jobs (
    id /*sqlite INTEGER*/ /*postgres BIGINT*/ PRIMARY KEY,
    caller_id BIGINT NOT NULL,
    operation SMALLINT NOT NULL,
    number TEXT NOT NULL,
    priority SMALLINT NOT NULL,
    timeout_seconds DOUBLE PRECISION,
    idempotency_key TEXT,
    status SMALLINT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    submitted_at BIGINT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT,
    cpu_seconds DOUBLE PRECISION NOT NULL DEFAULT 0,
    result TEXT,
    error TEXT,
    dead SMALLINT NOT NULL DEFAULT 0
);

-- A caller's list, newest first.
CREATE INDEX jobs_of_caller ON jobs (caller_id, id);

-- What waits or runs: the queue of a caller in the order of its turns.
CREATE INDEX jobs_open ON jobs (caller_id, priority, id) WHERE status < 2;

CREATE UNIQUE INDEX jobs_idempotency ON jobs (caller_id, idempotency_key) WHERE idempotency_key IS NOT NULL;

CREATE INDEX jobs_dead ON jobs (id) WHERE dead = 1;

-- Where a long job goes on after a crash; gone when it ends.
CREATE TABLE job_checkpoints (
    job_id BIGINT PRIMARY KEY,
    cpu_seconds DOUBLE PRECISION NOT NULL,
    data /*sqlite BLOB*/ /*postgres BYTEA*/ NOT NULL
);

-- Digits too many for a row's result.
CREATE TABLE job_values (
    job_id BIGINT PRIMARY KEY,
    digits /*sqlite BLOB*/ /*postgres BYTEA*/ NOT NULL
);

-- Where the answer to a question that was costly stands: the job that found it.
CREATE TABLE answers (
    question TEXT PRIMARY KEY,
    job_id BIGINT NOT NULL
);

-- How often a process has started on this database: tells the ids of processes apart.
CREATE TABLE process_starts (
    id SMALLINT PRIMARY KEY,
    count BIGINT NOT NULL
);

INSERT INTO process_starts (id, count) VALUES (1, 0);

-- One row for each number whose factorial was asked for; its digits are in the object store.
CREATE TABLE factorials (
    number /*sqlite INTEGER*/ /*postgres BIGINT*/ PRIMARY KEY,
    status SMALLINT NOT NULL,
    -- Rises with every computation begun; names the job, so that a crash never makes two of it.
    generation BIGINT NOT NULL,
    job_id BIGINT NOT NULL,
    object_key TEXT NOT NULL,
    checksum TEXT,
    digits BIGINT,
    created_at BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    error TEXT,
    requests BIGINT NOT NULL DEFAULT 0,
    reads BIGINT NOT NULL DEFAULT 0,
    hits BIGINT NOT NULL DEFAULT 0
);

-- The list of one status; what is under way after a restart.
CREATE INDEX factorials_by_status ON factorials (status, number);

CREATE INDEX factorials_by_requests ON factorials (requests DESC, number);

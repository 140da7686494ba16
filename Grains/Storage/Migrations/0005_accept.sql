-- Through which minutes no id is taken in any more, and through which the records are written. One row. A minute is named
-- by the second since 1970 at which it began.
CREATE TABLE accept_clock (
    id SMALLINT PRIMARY KEY,
    sealed_through BIGINT NOT NULL,
    recorded_through BIGINT NOT NULL
);

INSERT INTO accept_clock (id, sealed_through, recorded_through) VALUES (1, 0, 0);

-- The ids of the minutes that are not recorded yet, as they were taken in: one row a batch of one shard, 8 bytes an id.
CREATE TABLE accept_batches (
    id /*sqlite INTEGER*/ /*postgres BIGINT GENERATED ALWAYS AS IDENTITY*/ PRIMARY KEY,
    minute BIGINT NOT NULL,
    shard BIGINT NOT NULL,
    id_count INTEGER NOT NULL,
    ids /*sqlite BLOB*/ /*postgres BYTEA*/ NOT NULL
);

-- Carries the counts, so that adding a minute up reads no ids.
CREATE INDEX accept_batches_of_minute ON accept_batches (minute, shard, id_count);

-- What was counted. The writers deliver from here, each at its own pace.
CREATE TABLE accept_records (
    minute BIGINT PRIMARY KEY,
    unique_ids BIGINT NOT NULL,
    closed_at BIGINT NOT NULL
);

-- The last record that each writer has delivered.
CREATE TABLE accept_writers (
    name TEXT PRIMARY KEY,
    delivered_through BIGINT NOT NULL
);

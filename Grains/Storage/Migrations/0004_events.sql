-- The partitions among which players are divided, each with how far it got. Made at the first start.
CREATE TABLE event_partitions (
    id BIGINT PRIMARY KEY,
    -- The place of the next event in the inbox, from 1.
    next_sequence BIGINT NOT NULL DEFAULT 1,
    -- Events up to this place are counted, or set aside as failures.
    processed BIGINT NOT NULL DEFAULT 0,
    -- Failures whose next attempt is due some time.
    retrying BIGINT NOT NULL DEFAULT 0,
    -- Steps done; fences off a second activation of the partition.
    steps BIGINT NOT NULL DEFAULT 0,
    -- Totals as of a step; later steps are counted again from their final events.
    snapshot /*sqlite BLOB*/ /*postgres BYTEA*/,
    snapshot_step BIGINT NOT NULL DEFAULT 0,
    -- Final events up to this step have been written to the output.
    output_step BIGINT NOT NULL DEFAULT 0
);

-- Every event ever taken in: what makes a repeat harmless. The sequence is its place in the inbox of its partition, or, for
-- one that succeeded at a later attempt, the step of that with a minus.
CREATE TABLE event_ids (
    id /*sqlite INTEGER*/ /*postgres BIGINT*/ PRIMARY KEY,
    content_hash BIGINT NOT NULL,
    partition_id BIGINT NOT NULL,
    sequence BIGINT NOT NULL
);

-- Events taken in and not processed, many to a row; gone when they are.
CREATE TABLE event_inbox (
    partition_id BIGINT NOT NULL,
    first_sequence BIGINT NOT NULL,
    events /*sqlite BLOB*/ /*postgres BYTEA*/ NOT NULL,
    PRIMARY KEY (partition_id, first_sequence)
);

-- The final events of a step as JSON lines. A step that took events from the inbox says which places it covers.
CREATE TABLE event_steps (
    partition_id BIGINT NOT NULL,
    step BIGINT NOT NULL,
    first_sequence BIGINT,
    last_sequence BIGINT,
    lines /*sqlite BLOB*/ /*postgres BYTEA*/ NOT NULL,
    PRIMARY KEY (partition_id, step)
);

CREATE INDEX event_steps_by_sequence ON event_steps (partition_id, first_sequence) WHERE first_sequence IS NOT NULL;

-- Events that failed: tried again when due, or, once dead, when somebody says so.
CREATE TABLE event_failures (
    id /*sqlite INTEGER*/ /*postgres BIGINT*/ PRIMARY KEY,
    partition_id BIGINT NOT NULL,
    event /*sqlite BLOB*/ /*postgres BYTEA*/ NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    dead BIGINT NOT NULL DEFAULT 0,
    reason TEXT NOT NULL,
    failed_at BIGINT NOT NULL
);

CREATE INDEX event_failures_due ON event_failures (partition_id, due_at) WHERE dead = 0;

CREATE INDEX event_failures_dead ON event_failures (id) WHERE dead = 1;

-- What the players' events came to at the last snapshot of their partition.
CREATE TABLE event_player_tallies (
    partition_id BIGINT NOT NULL,
    player_id BIGINT NOT NULL,
    bets BIGINT NOT NULL,
    wins BIGINT NOT NULL,
    deposit_cents BIGINT NOT NULL,
    PRIMARY KEY (partition_id, player_id)
) /*sqlite WITHOUT ROWID*/;

-- How long each output file was when its last final events were counted as written.
CREATE TABLE event_outputs (
    path TEXT PRIMARY KEY,
    length BIGINT NOT NULL
);

-- The players, kept by whoever runs the casino; asked for every event, never remembered.
CREATE TABLE players (
    id /*sqlite INTEGER*/ /*postgres BIGINT*/ PRIMARY KEY,
    email TEXT,
    last_signed_in_at /*sqlite TEXT*/ /*postgres TIMESTAMPTZ*/
);

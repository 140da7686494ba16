CREATE TABLE grain_state (
    grain_id text NOT NULL,
    state_name text NOT NULL,
    json text NOT NULL,
    etag bigint NOT NULL,
    PRIMARY KEY (grain_id, state_name)
) /*sqlite WITHOUT ROWID*/;

CREATE TABLE storage_probe (
    id bigint NOT NULL PRIMARY KEY,
    written_at bigint NOT NULL
);

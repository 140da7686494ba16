-- Widgets as of the last time the tables caught up with the commit log. Serial numbers are ordered by their bytes on both databases.
CREATE TABLE widgets (
    serial text /*postgres COLLATE "C"*/ NOT NULL PRIMARY KEY,
    name text NOT NULL,
    ports smallint NOT NULL,
    p text,
    r text,
    q text,
    -- The change that made the row: an older one never replaces it.
    version bigint NOT NULL
) /*sqlite WITHOUT ROWID*/;

-- Who may write (each owner of the ledger counts the epoch up) and up to which change the tables hold everything.
CREATE TABLE widget_ledger (
    id smallint NOT NULL PRIMARY KEY,
    epoch bigint NOT NULL,
    stored bigint NOT NULL
);

INSERT INTO widget_ledger (id, epoch, stored) VALUES (1, 0, 0);

-- The commit log where PostgreSQL is the database: a row for each group of changes that was committed together.
CREATE TABLE widget_log (
    first bigint NOT NULL PRIMARY KEY,
    last bigint NOT NULL,
    frame /*sqlite blob*/ /*postgres bytea*/ NOT NULL
);
/*postgres
ALTER TABLE widget_log ALTER COLUMN frame SET STORAGE EXTERNAL;
*/

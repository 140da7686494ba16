-- Attempts that did not finish their job, and why: what a dead letter is judged by.
CREATE TABLE job_failures (
    job_id BIGINT NOT NULL,
    attempt INTEGER NOT NULL,
    failed_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (job_id, attempt)
);

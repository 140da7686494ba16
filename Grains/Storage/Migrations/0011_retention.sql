-- Jobs may be deleted when they are old, and with a job the answers that point to it. New answers are of new jobs: the index is appended to.
CREATE INDEX answers_of_job ON answers (job_id);

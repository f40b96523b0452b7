-- What others want of the engine: one INSERT is one start or one signal, in the caller's own transaction, from any driver
-- or language. The engine turns a row into the ordinary transition and deletes it in the same transaction; a row that it
-- refuses keeps the reason in `problem` and waits for a person. docs/INBOX.md describes the columns for those who write
-- them; a column is only ever added, with a default.
CREATE TABLE workflow_inbox (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    request_id TEXT NOT NULL UNIQUE CHECK (length(request_id) BETWEEN 1 AND 1000),
    kind TEXT NOT NULL CHECK (kind IN ('start', 'signal')),
    namespace TEXT NOT NULL DEFAULT 'default',
    workflow_id TEXT NOT NULL CHECK (length(workflow_id) BETWEEN 1 AND 1000),
    workflow_type TEXT,
    task_queue TEXT,
    conflict_policy TEXT NOT NULL DEFAULT 'fail' 
        CHECK (conflict_policy IN ('fail', 'use-existing', 'terminate-existing')),
    signal_name TEXT,
    input TEXT CHECK (input IS NULL OR json_valid(input)),
    payload BLOB,
    identity TEXT NOT NULL DEFAULT '',
    problem TEXT,
    refused_time INTEGER,
    CHECK (kind <> 'start' OR (workflow_type IS NOT NULL AND task_queue IS NOT NULL AND signal_name IS NULL)),
    CHECK (kind <> 'signal' OR (signal_name IS NOT NULL AND workflow_type IS NULL)),
    CHECK (input IS NULL OR payload IS NULL)
);
CREATE INDEX workflow_inbox_waiting ON workflow_inbox (position) WHERE problem IS NULL;

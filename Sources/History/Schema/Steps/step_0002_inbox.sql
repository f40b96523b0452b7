-- What others want of the engine: one INSERT is one start or one signal, in the caller's own transaction, from any driver
-- or language. The engine turns a row into the ordinary transition and deletes it in the same transaction; a row that it
-- refuses keeps the reason in `problem` and waits for a person. docs/INBOX.md describes the columns for those who write
-- them; a column is only ever added, with a default.
CREATE TABLE workflow_inbox (
    position INTEGER PRIMARY KEY AUTOINCREMENT CHECK (position > 0),
    namespace TEXT NOT NULL DEFAULT 'default' CHECK (typeof(namespace) = 'text'),
    request_id TEXT NOT NULL
        CHECK (typeof(request_id) = 'text' AND length(CAST(request_id AS BLOB)) BETWEEN 1 AND 1000),
    kind TEXT NOT NULL CHECK (kind IN ('start', 'signal')),
    workflow_id TEXT NOT NULL
        CHECK (typeof(workflow_id) = 'text' AND length(CAST(workflow_id AS BLOB)) BETWEEN 1 AND 1000),
    workflow_type TEXT CHECK (workflow_type IS NULL OR typeof(workflow_type) = 'text'),
    task_queue TEXT CHECK (task_queue IS NULL OR typeof(task_queue) = 'text'),
    conflict_policy TEXT NOT NULL DEFAULT 'fail'
        CHECK (conflict_policy IN ('fail', 'use-existing', 'terminate-existing')),
    signal_name TEXT CHECK (signal_name IS NULL OR typeof(signal_name) = 'text'),
    input TEXT CHECK (
        input IS NULL OR typeof(input) = 'text' AND length(CAST(input AS BLOB)) <= 2097152 AND json_valid(input)
    ),
    payload BLOB CHECK (payload IS NULL OR typeof(payload) = 'blob' AND length(payload) <= 2097152),
    identity TEXT NOT NULL DEFAULT ''
        CHECK (typeof(identity) = 'text' AND length(CAST(identity AS BLOB)) <= 1000),
    problem TEXT,
    refused_time INTEGER,
    UNIQUE (namespace, request_id),
    CHECK (kind <> 'start' OR (workflow_type IS NOT NULL AND task_queue IS NOT NULL AND signal_name IS NULL)),
    CHECK (kind <> 'signal' OR (signal_name IS NOT NULL AND workflow_type IS NULL)),
    CHECK (input IS NULL OR payload IS NULL)
);
CREATE INDEX workflow_inbox_waiting ON workflow_inbox (position) WHERE problem IS NULL;
CREATE INDEX workflow_inbox_refused ON workflow_inbox (namespace, workflow_id) WHERE problem IS NOT NULL;
CREATE TRIGGER workflow_inbox_check BEFORE INSERT ON workflow_inbox BEGIN
    SELECT RAISE(ABORT, 'workflow_inbox: there is no such namespace')
    WHERE NOT EXISTS (SELECT 1 FROM namespace WHERE name = new.namespace);
    SELECT RAISE(ABORT, 'workflow_inbox: problem and refused_time are the engine''s to write')
    WHERE new.problem IS NOT NULL OR new.refused_time IS NOT NULL;
END;

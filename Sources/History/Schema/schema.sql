-- The whole schema of the engine on SQLite, as it is today; Steps/ holds how older files get here.
-- Times are nanoseconds since 1970, durations nanoseconds; payloads, failures and events are protobuf.
-- Text keys stand once, in `execution`; everything else is keyed by `run_key`.

CREATE TABLE namespace (
    namespace_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    retention INTEGER,
    created_time INTEGER NOT NULL
);
CREATE TABLE execution (
    run_key INTEGER PRIMARY KEY,
    state_version INTEGER NOT NULL,
    namespace_id INTEGER NOT NULL REFERENCES namespace,
    workflow_id TEXT NOT NULL,
    run_id TEXT NOT NULL UNIQUE,
    workflow_type TEXT NOT NULL,
    task_queue TEXT NOT NULL,
    original_run_id TEXT NOT NULL,
    status INTEGER NOT NULL,
    start_time INTEGER NOT NULL,
    close_time INTEGER,
    execution_timeout INTEGER,
    run_timeout INTEGER,
    task_timeout INTEGER NOT NULL,
    deadline INTEGER,
    next_event_id INTEGER NOT NULL,
    last_event_time INTEGER NOT NULL,
    last_started_event_id INTEGER NOT NULL,
    cancel_requested INTEGER NOT NULL,
    pending_activities INTEGER NOT NULL,
    pending_timers INTEGER NOT NULL,
    signals INTEGER NOT NULL,
    skipped_signals INTEGER NOT NULL,
    memo BLOB,
    search_attributes BLOB,
    sticky_queue TEXT,
    sticky_timeout INTEGER NOT NULL,
    sticky_session INTEGER NOT NULL,
    last_claim INTEGER NOT NULL,
    buffered_events INTEGER NOT NULL,
    chain_head BLOB,
    history_size INTEGER NOT NULL,
    task_scheduled_event_id INTEGER,
    task_started_event_id INTEGER,
    task_attempt INTEGER,
    task_phase INTEGER,
    task_scheduled_time INTEGER,
    task_visible_time INTEGER,
    task_started_time INTEGER,
    task_claim INTEGER,
    task_session INTEGER,
    task_identity TEXT,
    task_sticky_deadline INTEGER,
    task_failure BLOB,
    task_failure_cause INTEGER,
    task_crashes INTEGER,
    task_blamed_claim INTEGER,
    dispatch_queue TEXT,
    due INTEGER,
    problem TEXT
);
CREATE INDEX execution_ready ON execution (namespace_id, dispatch_queue, task_visible_time)
    WHERE task_phase = 1;
CREATE INDEX execution_due ON execution (due) WHERE due IS NOT NULL;
CREATE INDEX execution_open ON execution (namespace_id, run_key) WHERE status = 1;
CREATE INDEX execution_id ON execution (namespace_id, workflow_id);
CREATE INDEX execution_closed ON execution (namespace_id, close_time) WHERE close_time IS NOT NULL;
CREATE INDEX execution_session ON execution (task_session) WHERE task_phase = 2;
CREATE INDEX execution_sticky ON execution (sticky_session) WHERE sticky_queue IS NOT NULL;
CREATE TABLE current_execution (
    namespace_id INTEGER NOT NULL,
    workflow_id TEXT NOT NULL,
    run_key INTEGER NOT NULL,
    PRIMARY KEY (namespace_id, workflow_id)
) WITHOUT ROWID;
CREATE TABLE history (
    history_key INTEGER PRIMARY KEY,
    run_key INTEGER NOT NULL,
    first_event_id INTEGER NOT NULL,
    format INTEGER NOT NULL,
    events BLOB NOT NULL,
    chain BLOB NOT NULL
);
CREATE UNIQUE INDEX history_run ON history (run_key, first_event_id);
CREATE TABLE activity (
    run_key INTEGER NOT NULL,
    scheduled_event_id INTEGER NOT NULL,
    namespace_id INTEGER NOT NULL,
    activity_id TEXT NOT NULL,
    activity_type TEXT NOT NULL,
    task_queue TEXT NOT NULL,
    input BLOB,
    header BLOB,
    schedule_to_close INTEGER,
    schedule_to_start INTEGER,
    start_to_close INTEGER,
    heartbeat INTEGER,
    retry_policy BLOB,
    scheduled_time INTEGER NOT NULL,
    cancel_requested_event_id INTEGER NOT NULL,
    phase INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    visible_time INTEGER NOT NULL,
    started_time INTEGER NOT NULL,
    claim INTEGER NOT NULL,
    session INTEGER NOT NULL,
    identity TEXT NOT NULL,
    last_failure BLOB,
    heartbeat_details BLOB,
    last_heartbeat_time INTEGER,
    crashes INTEGER NOT NULL,
    blamed_claim INTEGER NOT NULL,
    due INTEGER,
    problem TEXT,
    PRIMARY KEY (run_key, scheduled_event_id)
) WITHOUT ROWID;
CREATE INDEX activity_ready ON activity (namespace_id, task_queue, visible_time) WHERE phase = 1;
CREATE INDEX activity_due ON activity (due) WHERE due IS NOT NULL;
CREATE INDEX activity_session ON activity (session) WHERE phase = 2;
CREATE INDEX activity_problem ON activity (run_key, problem) WHERE problem IS NOT NULL;
CREATE TABLE timer (
    run_key INTEGER NOT NULL,
    started_event_id INTEGER NOT NULL,
    timer_id TEXT NOT NULL,
    fire_time INTEGER NOT NULL,
    PRIMARY KEY (run_key, started_event_id)
) WITHOUT ROWID;
CREATE INDEX timer_due ON timer (fire_time);
CREATE TABLE buffered_event (
    run_key INTEGER NOT NULL,
    position INTEGER NOT NULL,
    event BLOB NOT NULL,
    PRIMARY KEY (run_key, position)
) WITHOUT ROWID;
CREATE TABLE request (
    namespace_id INTEGER NOT NULL,
    workflow_id TEXT NOT NULL,
    kind INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    run_key INTEGER NOT NULL,
    PRIMARY KEY (namespace_id, workflow_id, kind, request_id, run_key)
) WITHOUT ROWID;
CREATE TABLE session (
    session_id INTEGER PRIMARY KEY AUTOINCREMENT,
    identity TEXT NOT NULL,
    opened_time INTEGER NOT NULL
);
CREATE TABLE registration (
    registration_id INTEGER PRIMARY KEY,
    session_id INTEGER NOT NULL,
    namespace_id INTEGER NOT NULL,
    task_queue TEXT NOT NULL,
    identity TEXT NOT NULL
);
CREATE TABLE registration_name (
    registration_id INTEGER NOT NULL REFERENCES registration ON DELETE CASCADE,
    kind INTEGER NOT NULL,
    workflow_type TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (registration_id, kind, workflow_type, name)
) WITHOUT ROWID;

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

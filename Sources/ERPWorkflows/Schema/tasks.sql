-- Human work: what waits for people, whose deputy somebody is, and how people are known to the operating system. Money is
-- in poisha, times in nanoseconds since 1970 UTC, dates as YYYY-MM-DD in Dhaka. Every row carries its tenant.

CREATE TABLE erp_task_sequence (
    tenant TEXT PRIMARY KEY,
    last INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE erp_task (
    tenant TEXT NOT NULL,
    task_number INTEGER NOT NULL,
    workflow_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    workflow_type TEXT NOT NULL,
    task_key TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('approval', 'todo')),
    title TEXT NOT NULL,
    level TEXT,
    role TEXT,
    other_role TEXT,
    department TEXT,
    is_department_only INTEGER NOT NULL CHECK (is_department_only IN (0, 1)),
    is_other_department_only INTEGER NOT NULL DEFAULT 0 CHECK (is_other_department_only IN (0, 1)),
    assignee TEXT,
    requested_by TEXT,
    amount INTEGER,
    opened_time INTEGER NOT NULL,
    due_time INTEGER,
    state TEXT NOT NULL CHECK (state IN ('open', 'done', 'skipped', 'withdrawn')),
    closed_time INTEGER,
    closed_by TEXT,
    note TEXT,
    PRIMARY KEY (tenant, task_number),
    UNIQUE (tenant, run_id, task_key),
    CHECK ((closed_time IS NULL) = (state = 'open'))
) WITHOUT ROWID;
CREATE INDEX erp_task_open ON erp_task (tenant, role) WHERE state = 'open';
CREATE INDEX erp_task_workflow ON erp_task (tenant, workflow_id);
-- What is closed stays as it is.
CREATE TRIGGER erp_task_closed BEFORE UPDATE ON erp_task WHEN old.state <> 'open' BEGIN
    SELECT RAISE(ABORT, 'a task that is closed never changes');
END;
-- Who may not act on a task: whoever wants the document, and whoever has decided on it.
CREATE TABLE erp_task_exclusion (
    tenant TEXT NOT NULL,
    task_number INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    PRIMARY KEY (tenant, task_number, user_id),
    FOREIGN KEY (tenant, task_number) REFERENCES erp_task ON DELETE CASCADE
) WITHOUT ROWID;

-- Who may decide for whom, from one day to another, both included. No role means every role.
CREATE TABLE erp_deputy (
    tenant TEXT NOT NULL,
    user_id TEXT NOT NULL,
    deputy TEXT NOT NULL,
    role TEXT NOT NULL DEFAULT '',
    from_date TEXT NOT NULL,
    until_date TEXT NOT NULL,
    changed_time INTEGER NOT NULL,
    PRIMARY KEY (tenant, user_id, deputy, role, from_date),
    CHECK (user_id <> deputy),
    CHECK (from_date <= until_date)
) WITHOUT ROWID;
CREATE INDEX erp_deputy_deputy ON erp_deputy (tenant, deputy);

-- The login names of those whose login is not their user id.
CREATE TABLE erp_login (
    tenant TEXT NOT NULL,
    user_id TEXT NOT NULL,
    login TEXT NOT NULL,
    PRIMARY KEY (tenant, user_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX erp_login_login ON erp_login (tenant, login);

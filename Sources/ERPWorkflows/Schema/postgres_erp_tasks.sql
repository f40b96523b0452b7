-- Human work: what waits for people, whose deputy somebody is, and how people are known to the operating system. Money is
-- in poisha, times in nanoseconds since 1970 UTC, dates as YYYY-MM-DD in Dhaka. Every row carries its tenant.

CREATE TABLE erp_task_sequence (
    tenant TEXT COLLATE "C" PRIMARY KEY,
    last BIGINT NOT NULL
);
CREATE TABLE erp_task (
    tenant TEXT COLLATE "C" NOT NULL,
    task_number BIGINT NOT NULL,
    workflow_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    workflow_type TEXT COLLATE "C" NOT NULL,
    task_key TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('approval', 'todo')),
    title TEXT COLLATE "C" NOT NULL,
    level TEXT COLLATE "C",
    role TEXT COLLATE "C",
    other_role TEXT COLLATE "C",
    department TEXT COLLATE "C",
    is_department_only BIGINT NOT NULL CHECK (is_department_only IN (0, 1)),
    is_other_department_only BIGINT NOT NULL DEFAULT 0 CHECK (is_other_department_only IN (0, 1)),
    assignee TEXT COLLATE "C",
    requested_by TEXT COLLATE "C",
    amount BIGINT,
    opened_time BIGINT NOT NULL,
    due_time BIGINT,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'done', 'skipped', 'withdrawn')),
    closed_time BIGINT,
    closed_by TEXT COLLATE "C",
    note TEXT COLLATE "C",
    PRIMARY KEY (tenant, task_number),
    UNIQUE (tenant, run_id, task_key),
    CHECK ((closed_time IS NULL) = (state = 'open'))
);
CREATE INDEX erp_task_open ON erp_task (tenant, role) WHERE state = 'open';
CREATE INDEX erp_task_workflow ON erp_task (tenant, workflow_id);
-- What is closed stays as it is.
CREATE TRIGGER erp_task_closed BEFORE UPDATE ON erp_task FOR EACH ROW
    WHEN (old.state <> 'open')
    EXECUTE FUNCTION erp_refuse('a task that is closed never changes');
-- Who may not act on a task: whoever wants the document, and whoever has decided on it.
CREATE TABLE erp_task_exclusion (
    tenant TEXT COLLATE "C" NOT NULL,
    task_number BIGINT NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, task_number, user_id),
    FOREIGN KEY (tenant, task_number) REFERENCES erp_task ON DELETE CASCADE
);

-- Who may decide for whom, from one day to another, both included. No role means every role.
CREATE TABLE erp_deputy (
    tenant TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    deputy TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL DEFAULT '',
    from_date TEXT COLLATE "C" NOT NULL,
    until_date TEXT COLLATE "C" NOT NULL,
    changed_time BIGINT NOT NULL,
    PRIMARY KEY (tenant, user_id, deputy, role, from_date),
    CHECK (user_id <> deputy),
    CHECK (from_date <= until_date)
);
CREATE INDEX erp_deputy_deputy ON erp_deputy (tenant, deputy);

-- The login names of those whose login is not their user id.
CREATE TABLE erp_login (
    tenant TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    login TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, user_id)
);
CREATE UNIQUE INDEX erp_login_login ON erp_login (tenant, login);

SELECT erp_guard();

-- The people of a company from the day on which they are expected: their records, accounts, mail boxes, workstations, badges,
-- benefits, orientations and mentors. Times in nanoseconds since 1970 UTC, dates as YYYY-MM-DD in Dhaka. Every row carries
-- its tenant; what is given to an employee carries the run that gave it, so that giving it again does nothing, and a row in
-- a state like void keeps what was undone before it was done from being done late.

-- One run at a time has an employee in hands. Of the national id only the last digits are here.
CREATE TABLE erp_employee (
    tenant TEXT NOT NULL,
    employee_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    workflow_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('onboarding', 'active', 'withdrawn')),
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    nid_masked TEXT NOT NULL CHECK (nid_masked LIKE '******%' AND length(ltrim(nid_masked, '*')) <= 4),
    department TEXT NOT NULL,
    position TEXT NOT NULL,
    start_date TEXT NOT NULL,
    manager_id TEXT NOT NULL,
    hr_manager_id TEXT NOT NULL,
    location TEXT NOT NULL,
    created_time INTEGER NOT NULL,
    changed_time INTEGER NOT NULL,
    PRIMARY KEY (tenant, employee_id, run_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX erp_employee_one ON erp_employee (tenant, employee_id) WHERE state <> 'withdrawn';

-- Identity. A user name stays taken for ever, whatever becomes of its account.
CREATE TABLE erp_mail_domain (
    tenant TEXT PRIMARY KEY,
    domain TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE erp_user_name (
    tenant TEXT NOT NULL,
    user_name TEXT NOT NULL,
    employee_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    PRIMARY KEY (tenant, user_name),
    UNIQUE (tenant, employee_id, run_id)
) WITHOUT ROWID;
CREATE TABLE erp_user_account (
    tenant TEXT NOT NULL,
    employee_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    user_name TEXT,
    state TEXT NOT NULL CHECK (state IN ('active', 'disabled', 'void')),
    changed_time INTEGER NOT NULL,
    PRIMARY KEY (tenant, employee_id, run_id),
    UNIQUE (tenant, user_name),
    CHECK ((user_name IS NULL) = (state = 'void')),
    FOREIGN KEY (tenant, user_name) REFERENCES erp_user_name
) WITHOUT ROWID;
CREATE TABLE erp_mailbox (
    tenant TEXT NOT NULL,
    employee_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    address TEXT,
    state TEXT NOT NULL CHECK (state IN ('active', 'closed', 'void')),
    changed_time INTEGER NOT NULL,
    PRIMARY KEY (tenant, employee_id, run_id),
    UNIQUE (tenant, address),
    CHECK ((address IS NULL) = (state = 'void'))
) WITHOUT ROWID;

-- Workstations. Whoever has one and since when is the assignment; the index keeps one from being in two hands.
CREATE TABLE erp_workstation (
    tenant TEXT NOT NULL,
    asset_tag TEXT NOT NULL,
    model TEXT NOT NULL,
    location TEXT NOT NULL,
    is_in_service INTEGER NOT NULL CHECK (is_in_service IN (0, 1)),
    PRIMARY KEY (tenant, asset_tag)
) WITHOUT ROWID;
CREATE INDEX erp_workstation_location ON erp_workstation (tenant, location, asset_tag);
CREATE TABLE erp_workstation_assignment (
    tenant TEXT NOT NULL,
    employee_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    asset_tag TEXT,
    state TEXT NOT NULL CHECK (state IN ('assigned', 'returned', 'void')),
    changed_time INTEGER NOT NULL,
    PRIMARY KEY (tenant, employee_id, run_id),
    CHECK ((asset_tag IS NULL) = (state = 'void')),
    FOREIGN KEY (tenant, asset_tag) REFERENCES erp_workstation
) WITHOUT ROWID;
CREATE UNIQUE INDEX erp_workstation_assignment_one ON erp_workstation_assignment (tenant, asset_tag)
    WHERE state = 'assigned';

-- Badges, numbered without gaps.
CREATE TABLE erp_badge (
    tenant TEXT NOT NULL,
    employee_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    badge_number INTEGER CHECK (badge_number > 0),
    state TEXT NOT NULL CHECK (state IN ('active', 'revoked', 'void')),
    changed_time INTEGER NOT NULL,
    PRIMARY KEY (tenant, employee_id, run_id),
    UNIQUE (tenant, badge_number),
    CHECK ((badge_number IS NULL) = (state = 'void'))
) WITHOUT ROWID;

-- Benefits: the plans of a tenant, and who is in which.
CREATE TABLE erp_benefit_plan (
    tenant TEXT NOT NULL,
    plan_id TEXT NOT NULL,
    name TEXT NOT NULL,
    is_standard INTEGER NOT NULL CHECK (is_standard IN (0, 1)),
    PRIMARY KEY (tenant, plan_id)
) WITHOUT ROWID;
CREATE TABLE erp_benefit_enrolment (
    tenant TEXT NOT NULL,
    employee_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    plan_id TEXT NOT NULL,
    enrolled_by TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('enrolled', 'ended')),
    changed_time INTEGER NOT NULL,
    PRIMARY KEY (tenant, employee_id, run_id, plan_id),
    FOREIGN KEY (tenant, plan_id) REFERENCES erp_benefit_plan
) WITHOUT ROWID;

-- Orientations: rooms with seats, each seat of a day taken once.
CREATE TABLE erp_room (
    tenant TEXT NOT NULL,
    room_id TEXT NOT NULL,
    location TEXT NOT NULL,
    seats INTEGER NOT NULL CHECK (seats > 0),
    PRIMARY KEY (tenant, room_id)
) WITHOUT ROWID;
CREATE INDEX erp_room_location ON erp_room (tenant, location, room_id);
CREATE TABLE erp_orientation (
    tenant TEXT NOT NULL,
    employee_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    room_id TEXT,
    date TEXT,
    seat INTEGER CHECK (seat > 0),
    state TEXT NOT NULL CHECK (state IN ('booked', 'cancelled', 'void')),
    changed_time INTEGER NOT NULL,
    PRIMARY KEY (tenant, employee_id, run_id),
    CHECK ((room_id IS NULL) = (state = 'void') AND (date IS NULL) = (state = 'void') AND (seat IS NULL) = (state = 'void')),
    FOREIGN KEY (tenant, room_id) REFERENCES erp_room
) WITHOUT ROWID;
CREATE UNIQUE INDEX erp_orientation_seat ON erp_orientation (tenant, room_id, date, seat) WHERE state = 'booked';
CREATE TRIGGER erp_orientation_fits BEFORE INSERT ON erp_orientation WHEN new.state = 'booked' AND new.seat >
    (SELECT seats FROM erp_room WHERE tenant = new.tenant AND room_id = new.room_id)
BEGIN
    SELECT RAISE(ABORT, 'the room has not so many seats');
END;

-- Mentors: who may be one for which department, and whose they are.
CREATE TABLE erp_mentor (
    tenant TEXT NOT NULL,
    user_id TEXT NOT NULL,
    department TEXT NOT NULL,
    PRIMARY KEY (tenant, department, user_id)
) WITHOUT ROWID;
CREATE TABLE erp_mentorship (
    tenant TEXT NOT NULL,
    employee_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    mentor_id TEXT,
    state TEXT NOT NULL CHECK (state IN ('active', 'ended', 'void')),
    changed_time INTEGER NOT NULL,
    PRIMARY KEY (tenant, employee_id, run_id),
    CHECK ((mentor_id IS NULL) = (state = 'void'))
) WITHOUT ROWID;
CREATE INDEX erp_mentorship_mentor ON erp_mentorship (tenant, mentor_id) WHERE state = 'active';

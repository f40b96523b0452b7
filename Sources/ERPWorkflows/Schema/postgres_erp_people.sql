-- The people of a company from the day on which they are expected: their records, accounts, mail boxes, workstations, badges,
-- benefits, orientations and mentors. Times in nanoseconds since 1970 UTC, dates as YYYY-MM-DD in Dhaka. Every row carries
-- its tenant; what is given to an employee carries the run that gave it, so that giving it again does nothing, and a row in
-- a state like void keeps what was undone before it was done from being done late.

-- One run at a time has an employee in hands. Of the national id only the last digits are here.
CREATE TABLE erp_employee (
    tenant TEXT COLLATE "C" NOT NULL,
    employee_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    workflow_id TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('onboarding', 'active', 'withdrawn')),
    name TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C" NOT NULL,
    phone TEXT COLLATE "C" NOT NULL,
    nid_masked TEXT COLLATE "C" NOT NULL CHECK (nid_masked LIKE '******%' AND length(ltrim(nid_masked, '*')) <= 4),
    department TEXT COLLATE "C" NOT NULL,
    position TEXT COLLATE "C" NOT NULL,
    start_date TEXT COLLATE "C" NOT NULL,
    manager_id TEXT COLLATE "C" NOT NULL,
    hr_manager_id TEXT COLLATE "C" NOT NULL,
    location TEXT COLLATE "C" NOT NULL,
    created_time BIGINT NOT NULL,
    changed_time BIGINT NOT NULL,
    PRIMARY KEY (tenant, employee_id, run_id)
);
CREATE UNIQUE INDEX erp_employee_one ON erp_employee (tenant, employee_id) WHERE state <> 'withdrawn';

-- Identity. A user name stays taken for ever, whatever becomes of its account.
CREATE TABLE erp_mail_domain (
    tenant TEXT COLLATE "C" PRIMARY KEY,
    domain TEXT COLLATE "C" NOT NULL
);
CREATE TABLE erp_user_name (
    tenant TEXT COLLATE "C" NOT NULL,
    user_name TEXT COLLATE "C" NOT NULL,
    employee_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, user_name),
    UNIQUE (tenant, employee_id, run_id)
);
CREATE TABLE erp_user_account (
    tenant TEXT COLLATE "C" NOT NULL,
    employee_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    user_name TEXT COLLATE "C",
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('active', 'disabled', 'void')),
    changed_time BIGINT NOT NULL,
    PRIMARY KEY (tenant, employee_id, run_id),
    UNIQUE (tenant, user_name),
    CHECK ((user_name IS NULL) = (state = 'void')),
    FOREIGN KEY (tenant, user_name) REFERENCES erp_user_name
);
CREATE TABLE erp_mailbox (
    tenant TEXT COLLATE "C" NOT NULL,
    employee_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C",
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('active', 'closed', 'void')),
    changed_time BIGINT NOT NULL,
    PRIMARY KEY (tenant, employee_id, run_id),
    UNIQUE (tenant, address),
    CHECK ((address IS NULL) = (state = 'void'))
);

-- Workstations. Whoever has one and since when is the assignment; the index keeps one from being in two hands.
CREATE TABLE erp_workstation (
    tenant TEXT COLLATE "C" NOT NULL,
    asset_tag TEXT COLLATE "C" NOT NULL,
    model TEXT COLLATE "C" NOT NULL,
    location TEXT COLLATE "C" NOT NULL,
    is_in_service BIGINT NOT NULL CHECK (is_in_service IN (0, 1)),
    PRIMARY KEY (tenant, asset_tag)
);
CREATE INDEX erp_workstation_location ON erp_workstation (tenant, location, asset_tag);
CREATE TABLE erp_workstation_assignment (
    tenant TEXT COLLATE "C" NOT NULL,
    employee_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    asset_tag TEXT COLLATE "C",
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('assigned', 'returned', 'void')),
    changed_time BIGINT NOT NULL,
    PRIMARY KEY (tenant, employee_id, run_id),
    CHECK ((asset_tag IS NULL) = (state = 'void')),
    FOREIGN KEY (tenant, asset_tag) REFERENCES erp_workstation
);
CREATE UNIQUE INDEX erp_workstation_assignment_one ON erp_workstation_assignment (tenant, asset_tag)
    WHERE state = 'assigned';

-- Badges, numbered without gaps.
CREATE TABLE erp_badge (
    tenant TEXT COLLATE "C" NOT NULL,
    employee_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    badge_number BIGINT CHECK (badge_number > 0),
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('active', 'revoked', 'void')),
    changed_time BIGINT NOT NULL,
    PRIMARY KEY (tenant, employee_id, run_id),
    UNIQUE (tenant, badge_number),
    CHECK ((badge_number IS NULL) = (state = 'void'))
);

-- Benefits: the plans of a tenant, and who is in which.
CREATE TABLE erp_benefit_plan (
    tenant TEXT COLLATE "C" NOT NULL,
    plan_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    is_standard BIGINT NOT NULL CHECK (is_standard IN (0, 1)),
    PRIMARY KEY (tenant, plan_id)
);
CREATE TABLE erp_benefit_enrolment (
    tenant TEXT COLLATE "C" NOT NULL,
    employee_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    plan_id TEXT COLLATE "C" NOT NULL,
    enrolled_by TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('enrolled', 'ended')),
    changed_time BIGINT NOT NULL,
    PRIMARY KEY (tenant, employee_id, run_id, plan_id),
    FOREIGN KEY (tenant, plan_id) REFERENCES erp_benefit_plan
);

-- Orientations: rooms with seats, each seat of a day taken once.
CREATE TABLE erp_room (
    tenant TEXT COLLATE "C" NOT NULL,
    room_id TEXT COLLATE "C" NOT NULL,
    location TEXT COLLATE "C" NOT NULL,
    seats BIGINT NOT NULL CHECK (seats > 0),
    PRIMARY KEY (tenant, room_id)
);
CREATE INDEX erp_room_location ON erp_room (tenant, location, room_id);
CREATE TABLE erp_orientation (
    tenant TEXT COLLATE "C" NOT NULL,
    employee_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    room_id TEXT COLLATE "C",
    date TEXT COLLATE "C",
    seat BIGINT CHECK (seat > 0),
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('booked', 'cancelled', 'void')),
    changed_time BIGINT NOT NULL,
    PRIMARY KEY (tenant, employee_id, run_id),
    CHECK ((room_id IS NULL) = (state = 'void') AND (date IS NULL) = (state = 'void') AND (seat IS NULL) = (state = 'void')),
    FOREIGN KEY (tenant, room_id) REFERENCES erp_room
);
CREATE UNIQUE INDEX erp_orientation_seat ON erp_orientation (tenant, room_id, date, seat) WHERE state = 'booked';
CREATE FUNCTION erp_orientation_fits() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF new.seat > (SELECT seats FROM erp_room WHERE tenant = new.tenant AND room_id = new.room_id) THEN
        RAISE EXCEPTION 'the room has not so many seats' USING ERRCODE = '23514';
    END IF;
    RETURN new;
END $$;
CREATE TRIGGER erp_orientation_fits BEFORE INSERT ON erp_orientation FOR EACH ROW
    WHEN (new.state = 'booked') EXECUTE FUNCTION erp_orientation_fits();

-- Mentors: who may be one for which department, and whose they are.
CREATE TABLE erp_mentor (
    tenant TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    department TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, department, user_id)
);
CREATE TABLE erp_mentorship (
    tenant TEXT COLLATE "C" NOT NULL,
    employee_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    mentor_id TEXT COLLATE "C",
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('active', 'ended', 'void')),
    changed_time BIGINT NOT NULL,
    PRIMARY KEY (tenant, employee_id, run_id),
    CHECK ((mentor_id IS NULL) = (state = 'void'))
);
CREATE INDEX erp_mentorship_mentor ON erp_mentorship (tenant, mentor_id) WHERE state = 'active';

SELECT erp_guard();

-- The tables of the domain services, in the same file as the engine's. Money is in poisha, quantities in thousandths of a
-- unit, times in nanoseconds since 1970 UTC. Every row carries its tenant.

-- Directory, vendors, policies.
CREATE TABLE erp_user (
    tenant TEXT NOT NULL,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    department TEXT NOT NULL,
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    PRIMARY KEY (tenant, user_id)
) WITHOUT ROWID;
CREATE TABLE erp_user_role (
    tenant TEXT NOT NULL,
    user_id TEXT NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (tenant, user_id, role),
    FOREIGN KEY (tenant, user_id) REFERENCES erp_user ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX erp_user_role_role ON erp_user_role (tenant, role);
CREATE TABLE erp_vendor (
    tenant TEXT NOT NULL,
    vendor_id TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    kind TEXT CHECK (kind IN ('contractor', 'supplier', 'service_provider')),
    tin TEXT,
    bin TEXT,
    mobile TEXT,
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    hold_reason TEXT,
    PRIMARY KEY (tenant, vendor_id)
) WITHOUT ROWID;

-- What a tenant set for itself, one row for each time that it changed; nothing is overwritten.
CREATE TABLE erp_policy_version (
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    value TEXT NOT NULL,
    loaded_time INTEGER NOT NULL,
    PRIMARY KEY (tenant, name, version)
) WITHOUT ROWID;
CREATE TRIGGER erp_policy_version_new BEFORE INSERT ON erp_policy_version WHEN EXISTS (
    SELECT 1 FROM erp_policy_version WHERE tenant = new.tenant AND name = new.name AND version >= new.version
) BEGIN
    SELECT RAISE(ABORT, 'a policy changes by a new version');
END;
CREATE TRIGGER erp_policy_version_keep BEFORE UPDATE ON erp_policy_version BEGIN
    SELECT RAISE(ABORT, 'a policy changes by a new version');
END;
CREATE TRIGGER erp_policy_version_stay BEFORE DELETE ON erp_policy_version BEGIN
    SELECT RAISE(ABORT, 'a policy changes by a new version');
END;

-- Budgets. The sums follow from the reservations and from the charges of invoices, by triggers; the CHECKs hold that they
-- never exceed what is allocated. Of a commitment that is consumed what invoices have claimed, and freed what a closed
-- order has given back.
CREATE TABLE erp_budget (
    tenant TEXT NOT NULL,
    department TEXT NOT NULL,
    fiscal_year INTEGER NOT NULL,
    allocated INTEGER NOT NULL CHECK (allocated >= 0),
    reserved INTEGER NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    committed INTEGER NOT NULL DEFAULT 0 CHECK (committed >= 0),
    spent INTEGER NOT NULL DEFAULT 0 CHECK (spent >= 0 AND reserved + committed + spent <= allocated),
    PRIMARY KEY (tenant, department, fiscal_year),
    CONSTRAINT budget_is_enough CHECK (reserved + committed <= allocated)
) WITHOUT ROWID;
CREATE TABLE erp_budget_reservation (
    tenant TEXT NOT NULL,
    order_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    workflow_id TEXT NOT NULL,
    department TEXT,
    fiscal_year INTEGER,
    amount INTEGER NOT NULL CHECK (amount >= 0),
    state TEXT NOT NULL CHECK (state IN ('reserved', 'committed', 'released')),
    reserved_time INTEGER,
    changed_time INTEGER NOT NULL,
    consumed INTEGER NOT NULL DEFAULT 0 CHECK (consumed >= 0),
    freed INTEGER NOT NULL DEFAULT 0 CHECK (freed >= 0 AND consumed + freed <= amount),
    PRIMARY KEY (tenant, order_id, run_id),
    FOREIGN KEY (tenant, department, fiscal_year) REFERENCES erp_budget
) WITHOUT ROWID;
CREATE UNIQUE INDEX erp_budget_reservation_one ON erp_budget_reservation (tenant, order_id)
    WHERE state <> 'released';
CREATE TRIGGER erp_budget_reserve AFTER INSERT ON erp_budget_reservation WHEN new.state = 'reserved' BEGIN
    UPDATE erp_budget SET reserved = reserved + new.amount
    WHERE tenant = new.tenant AND department = new.department AND fiscal_year = new.fiscal_year;
END;
CREATE TRIGGER erp_budget_change AFTER UPDATE OF state, consumed, freed ON erp_budget_reservation BEGIN
    UPDATE erp_budget SET
        reserved = reserved - iif(old.state = 'reserved', old.amount, 0)
            + iif(new.state = 'reserved', new.amount, 0),
        committed = committed - iif(old.state = 'committed', old.amount - old.consumed - old.freed, 0)
            + iif(new.state = 'committed', new.amount - new.consumed - new.freed, 0)
    WHERE tenant = new.tenant AND department = new.department AND fiscal_year = new.fiscal_year;
END;
CREATE TRIGGER erp_budget_consume BEFORE UPDATE OF consumed, freed ON erp_budget_reservation
WHEN new.state <> 'committed' AND new.consumed + new.freed > old.consumed + old.freed BEGIN
    SELECT RAISE(ABORT, 'only what is committed can be consumed');
END;
CREATE TRIGGER erp_budget_keep BEFORE UPDATE OF amount, department, fiscal_year ON erp_budget_reservation BEGIN
    SELECT RAISE(ABORT, 'a reservation never changes its amount');
END;
CREATE TRIGGER erp_budget_stay BEFORE DELETE ON erp_budget_reservation BEGIN
    SELECT RAISE(ABORT, 'a reservation is released, never deleted');
END;

-- Purchase orders. A row in state void stands for an order that was cancelled before it was made, and now never will be.
CREATE TABLE erp_sequence (
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    fiscal_year INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (tenant, name, fiscal_year)
) WITHOUT ROWID;
CREATE TABLE erp_purchase_order (
    tenant TEXT NOT NULL,
    order_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    workflow_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('created', 'cancelled', 'void')),
    number TEXT CHECK ((number IS NULL) = (state = 'void')),
    fiscal_year INTEGER,
    sequence INTEGER,
    vendor_id TEXT,
    department TEXT,
    requested_by TEXT,
    amount INTEGER CHECK (amount > 0),
    created_time INTEGER,
    changed_time INTEGER NOT NULL,
    PRIMARY KEY (tenant, order_id, run_id),
    UNIQUE (tenant, number),
    UNIQUE (tenant, fiscal_year, sequence)
) WITHOUT ROWID;
CREATE UNIQUE INDEX erp_purchase_order_one ON erp_purchase_order (tenant, order_id) WHERE state = 'created';
CREATE TABLE erp_purchase_order_line (
    tenant TEXT NOT NULL,
    number TEXT NOT NULL,
    line INTEGER NOT NULL,
    product_id TEXT NOT NULL,
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    unit_price INTEGER NOT NULL CHECK (unit_price >= 0),
    amount INTEGER NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (tenant, number, line)
) WITHOUT ROWID;

-- Messages for the mail system to take.
CREATE TABLE erp_outbox (
    notification_id INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    notification_key TEXT NOT NULL,
    recipient TEXT NOT NULL,
    address TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    time INTEGER NOT NULL,
    UNIQUE (tenant, notification_key)
);

-- The audit trail: only ever added to, each entry chained to the one before.
CREATE TABLE erp_audit (
    tenant TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    entry_key TEXT NOT NULL,
    time INTEGER NOT NULL,
    entity TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    action TEXT NOT NULL,
    actor TEXT NOT NULL,
    details TEXT NOT NULL,
    chain BLOB NOT NULL,
    PRIMARY KEY (tenant, sequence),
    UNIQUE (tenant, entry_key)
) WITHOUT ROWID;
CREATE TABLE erp_audit_head (
    tenant TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL,
    chain BLOB NOT NULL
) WITHOUT ROWID;
CREATE TRIGGER erp_audit_no_update BEFORE UPDATE ON erp_audit BEGIN
    SELECT RAISE(ABORT, 'the audit trail is only ever added to');
END;
CREATE TRIGGER erp_audit_no_delete BEFORE DELETE ON erp_audit BEGIN
    SELECT RAISE(ABORT, 'the audit trail is only ever added to');
END;
-- The end of the trail goes forward only: whoever cuts entries off has to break these rules as well.
CREATE TRIGGER erp_audit_head_forward BEFORE INSERT ON erp_audit_head WHEN EXISTS (
    SELECT 1 FROM erp_audit_head WHERE tenant = new.tenant AND sequence >= new.sequence
) BEGIN
    SELECT RAISE(ABORT, 'the audit trail is only ever added to');
END;
CREATE TRIGGER erp_audit_head_update BEFORE UPDATE ON erp_audit_head
WHEN new.tenant <> old.tenant OR new.sequence <= old.sequence BEGIN
    SELECT RAISE(ABORT, 'the audit trail is only ever added to');
END;
CREATE TRIGGER erp_audit_head_stay BEFORE DELETE ON erp_audit_head BEGIN
    SELECT RAISE(ABORT, 'the audit trail is only ever added to');
END;

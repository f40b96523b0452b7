-- The tables of the domain services on PostgreSQL, in the engine's schema. Money is in poisha, quantities in thousandths
-- of a unit, times in nanoseconds since 1970 UTC. Every row carries its tenant, and row-level security goes by it. Texts
-- compare by their bytes, whichever language the database speaks: what sorts first and what is the same is as on SQLite.

-- Refuses whatever its trigger catches, in the trigger's words.
CREATE FUNCTION erp_refuse() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = TG_ARGV[0];
END $$;
-- The tables of a book number their rows by tenant and fiscal year without gaps.
CREATE FUNCTION erp_number() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
    last BIGINT;
BEGIN
    EXECUTE format('SELECT coalesce(max(sequence), 0) FROM %I WHERE tenant = $1 AND fiscal_year = $2', TG_TABLE_NAME)
        INTO last USING new.tenant, new.fiscal_year;
    IF new.sequence <> last + 1 THEN RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = TG_ARGV[0]; END IF;
    RETURN new;
END $$;
-- What every script of the pack ends with: row-level security on all of its tables, also for their owner; nobody empties
-- one, since that would take the rows of all tenants; and trigger functions find the pack's tables and no others,
-- whatever the path of whoever writes.
CREATE FUNCTION erp_guard() RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    name TEXT;
BEGIN
    FOR name IN SELECT relname FROM pg_class WHERE relnamespace = quote_ident(current_schema())::regnamespace
        AND relkind = 'r' AND relname LIKE 'erp\_%' AND NOT relrowsecurity
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY of_tenant ON %I
            USING (tenant = ANY ((SELECT granted_namespace_names(current_user))::TEXT[]))', name);
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I
            EXECUTE FUNCTION erp_refuse(''a table of all tenants is never emptied'')', name || '_of_all', name);
    END LOOP;
    FOR name IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = quote_ident(current_schema())::regnamespace
        AND prorettype = 'trigger'::regtype AND proname LIKE 'erp\_%' AND proconfig IS NULL
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', name, current_schema());
    END LOOP;
END $$;

-- Directory, vendors, policies.
CREATE TABLE erp_user (
    tenant TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C" NOT NULL,
    department TEXT COLLATE "C" NOT NULL,
    is_active BIGINT NOT NULL CHECK (is_active IN (0, 1)),
    PRIMARY KEY (tenant, user_id)
);
CREATE TABLE erp_user_role (
    tenant TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, user_id, role),
    FOREIGN KEY (tenant, user_id) REFERENCES erp_user ON DELETE CASCADE
);
CREATE INDEX erp_user_role_role ON erp_user_role (tenant, role);
CREATE TABLE erp_vendor (
    tenant TEXT COLLATE "C" NOT NULL,
    vendor_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" CHECK (kind IN ('contractor', 'supplier', 'service_provider')),
    tin TEXT COLLATE "C",
    bin TEXT COLLATE "C",
    mobile TEXT COLLATE "C",
    is_active BIGINT NOT NULL CHECK (is_active IN (0, 1)),
    hold_reason TEXT COLLATE "C",
    PRIMARY KEY (tenant, vendor_id)
);

-- What a tenant set for itself, one row for each time that it changed; nothing is overwritten.
CREATE TABLE erp_policy_version (
    tenant TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    value TEXT COLLATE "C" NOT NULL,
    loaded_time BIGINT NOT NULL,
    PRIMARY KEY (tenant, name, version)
);
CREATE FUNCTION erp_policy_version_new() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM erp_policy_version WHERE tenant = new.tenant AND name = new.name AND version >= new.version
    ) THEN RAISE EXCEPTION 'a policy changes by a new version' USING ERRCODE = '23514'; END IF;
    RETURN new;
END $$;
CREATE TRIGGER erp_policy_version_new BEFORE INSERT ON erp_policy_version
    FOR EACH ROW EXECUTE FUNCTION erp_policy_version_new();
CREATE TRIGGER erp_policy_version_keep BEFORE UPDATE OR DELETE ON erp_policy_version FOR EACH ROW
    EXECUTE FUNCTION erp_refuse('a policy changes by a new version');

-- Budgets. The sums follow from the reservations and from the charges of invoices, by triggers; the CHECKs hold that they
-- never exceed what is allocated. Of a commitment that is consumed what invoices have claimed, and freed what a closed
-- order has given back.
CREATE TABLE erp_budget (
    tenant TEXT COLLATE "C" NOT NULL,
    department TEXT COLLATE "C" NOT NULL,
    fiscal_year BIGINT NOT NULL,
    allocated BIGINT NOT NULL CHECK (allocated >= 0),
    reserved BIGINT NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    committed BIGINT NOT NULL DEFAULT 0 CHECK (committed >= 0),
    spent BIGINT NOT NULL DEFAULT 0 CHECK (spent >= 0 AND reserved + committed + spent <= allocated),
    PRIMARY KEY (tenant, department, fiscal_year),
    CONSTRAINT budget_is_enough CHECK (reserved + committed <= allocated)
);
CREATE TABLE erp_budget_reservation (
    tenant TEXT COLLATE "C" NOT NULL,
    order_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    workflow_id TEXT COLLATE "C" NOT NULL,
    department TEXT COLLATE "C",
    fiscal_year BIGINT,
    amount BIGINT NOT NULL CHECK (amount >= 0),
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('reserved', 'committed', 'released')),
    reserved_time BIGINT,
    changed_time BIGINT NOT NULL,
    consumed BIGINT NOT NULL DEFAULT 0 CHECK (consumed >= 0),
    freed BIGINT NOT NULL DEFAULT 0 CHECK (freed >= 0 AND consumed + freed <= amount),
    PRIMARY KEY (tenant, order_id, run_id),
    FOREIGN KEY (tenant, department, fiscal_year) REFERENCES erp_budget
);
CREATE UNIQUE INDEX erp_budget_reservation_one ON erp_budget_reservation (tenant, order_id)
    WHERE state <> 'released';
CREATE FUNCTION erp_budget_follow() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE erp_budget SET reserved = reserved + new.amount
        WHERE tenant = new.tenant AND department = new.department AND fiscal_year = new.fiscal_year;
    ELSE
        UPDATE erp_budget SET
            reserved = reserved - CASE WHEN old.state = 'reserved' THEN old.amount ELSE 0 END
                + CASE WHEN new.state = 'reserved' THEN new.amount ELSE 0 END,
            committed = committed
                - CASE WHEN old.state = 'committed' THEN old.amount - old.consumed - old.freed ELSE 0 END
                + CASE WHEN new.state = 'committed' THEN new.amount - new.consumed - new.freed ELSE 0 END
        WHERE tenant = new.tenant AND department = new.department AND fiscal_year = new.fiscal_year;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER erp_budget_reserve AFTER INSERT ON erp_budget_reservation FOR EACH ROW
    WHEN (new.state = 'reserved') EXECUTE FUNCTION erp_budget_follow();
CREATE TRIGGER erp_budget_change AFTER UPDATE OF state, consumed, freed ON erp_budget_reservation FOR EACH ROW
    EXECUTE FUNCTION erp_budget_follow();
CREATE TRIGGER erp_budget_consume BEFORE UPDATE OF consumed, freed ON erp_budget_reservation FOR EACH ROW
    WHEN (new.state <> 'committed' AND new.consumed + new.freed > old.consumed + old.freed)
    EXECUTE FUNCTION erp_refuse('only what is committed can be consumed');
CREATE TRIGGER erp_budget_keep BEFORE UPDATE OF amount, department, fiscal_year ON erp_budget_reservation FOR EACH ROW
    EXECUTE FUNCTION erp_refuse('a reservation never changes its amount');
CREATE TRIGGER erp_budget_stay BEFORE DELETE ON erp_budget_reservation FOR EACH ROW
    EXECUTE FUNCTION erp_refuse('a reservation is released, never deleted');

-- Purchase orders. A row in state void stands for an order that was cancelled before it was made, and now never will be.
CREATE TABLE erp_sequence (
    tenant TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    fiscal_year BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (tenant, name, fiscal_year)
);
CREATE TABLE erp_purchase_order (
    tenant TEXT COLLATE "C" NOT NULL,
    order_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    workflow_id TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('created', 'cancelled', 'void')),
    number TEXT COLLATE "C" CHECK ((number IS NULL) = (state = 'void')),
    fiscal_year BIGINT,
    sequence BIGINT,
    vendor_id TEXT COLLATE "C",
    department TEXT COLLATE "C",
    requested_by TEXT COLLATE "C",
    amount BIGINT CHECK (amount > 0),
    created_time BIGINT,
    changed_time BIGINT NOT NULL,
    PRIMARY KEY (tenant, order_id, run_id),
    UNIQUE (tenant, number),
    UNIQUE (tenant, fiscal_year, sequence)
);
CREATE UNIQUE INDEX erp_purchase_order_one ON erp_purchase_order (tenant, order_id) WHERE state = 'created';
CREATE TABLE erp_purchase_order_line (
    tenant TEXT COLLATE "C" NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    line BIGINT NOT NULL,
    product_id TEXT COLLATE "C" NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    unit_price BIGINT NOT NULL CHECK (unit_price >= 0),
    amount BIGINT NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (tenant, number, line)
);

-- Messages for the mail system to take.
CREATE TABLE erp_outbox (
    notification_id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    tenant TEXT COLLATE "C" NOT NULL,
    notification_key TEXT COLLATE "C" NOT NULL,
    recipient TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    time BIGINT NOT NULL,
    UNIQUE (tenant, notification_key)
);

-- The audit trail: only ever added to, each entry chained to the one before.
CREATE TABLE erp_audit (
    tenant TEXT COLLATE "C" NOT NULL,
    sequence BIGINT NOT NULL,
    entry_key TEXT COLLATE "C" NOT NULL,
    time BIGINT NOT NULL,
    entity TEXT COLLATE "C" NOT NULL,
    entity_id TEXT COLLATE "C" NOT NULL,
    action TEXT COLLATE "C" NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    details TEXT COLLATE "C" NOT NULL,
    chain BYTEA NOT NULL,
    PRIMARY KEY (tenant, sequence),
    UNIQUE (tenant, entry_key)
);
CREATE TABLE erp_audit_head (
    tenant TEXT COLLATE "C" PRIMARY KEY,
    sequence BIGINT NOT NULL,
    chain BYTEA NOT NULL
);
CREATE TRIGGER erp_audit_keep BEFORE UPDATE OR DELETE ON erp_audit FOR EACH ROW
    EXECUTE FUNCTION erp_refuse('the audit trail is only ever added to');
-- The end of the trail goes forward only: whoever cuts entries off has to break these rules as well.
CREATE FUNCTION erp_audit_head_forward() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM erp_audit_head WHERE tenant = new.tenant AND sequence >= new.sequence) THEN
        RAISE EXCEPTION 'the audit trail is only ever added to' USING ERRCODE = '23514';
    END IF;
    RETURN new;
END $$;
CREATE TRIGGER erp_audit_head_forward BEFORE INSERT ON erp_audit_head
    FOR EACH ROW EXECUTE FUNCTION erp_audit_head_forward();
CREATE TRIGGER erp_audit_head_update BEFORE UPDATE ON erp_audit_head FOR EACH ROW
    WHEN (new.tenant <> old.tenant OR new.sequence <= old.sequence)
    EXECUTE FUNCTION erp_refuse('the audit trail is only ever added to');
CREATE TRIGGER erp_audit_head_stay BEFORE DELETE ON erp_audit_head FOR EACH ROW
    EXECUTE FUNCTION erp_refuse('the audit trail is only ever added to');
-- The end of the trail goes forward only: whoever cuts entries off has to break these rules as well.

SELECT erp_guard();

-- What invoices spend. The part of a commitment that invoices have claimed is no longer committed, nor is what a closed
-- order has given back; what was paid is spent.
ALTER TABLE erp_budget ADD COLUMN spent INTEGER NOT NULL DEFAULT 0
    CHECK (spent >= 0 AND reserved + committed + spent <= allocated);
ALTER TABLE erp_budget_reservation ADD COLUMN consumed INTEGER NOT NULL DEFAULT 0 CHECK (consumed >= 0);
ALTER TABLE erp_budget_reservation ADD COLUMN freed INTEGER NOT NULL DEFAULT 0
    CHECK (freed >= 0 AND consumed + freed <= amount);
DROP TRIGGER erp_budget_change;
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

INSERT INTO erp_policy_version (tenant, name, version, value, loaded_time) SELECT tenant, name, 1, value, 0 FROM erp_policy;
DROP TABLE erp_policy;

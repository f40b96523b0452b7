-- How far the messages of erp_outbox have come on their way to people. Times in nanoseconds since 1970 UTC.
--
-- A message waits until somebody claims it. A claim is a lease: it counts as an attempt and hides the message until
-- next_time, when it is anybody's again, should whoever claimed it have died.
CREATE TABLE erp_delivery (
    notification_id INTEGER PRIMARY KEY REFERENCES erp_outbox,
    tenant TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_time INTEGER NOT NULL,
    claim TEXT,
    last_error TEXT,
    changed_time INTEGER NOT NULL
);
CREATE INDEX erp_delivery_waiting ON erp_delivery (tenant, next_time) WHERE state = 'waiting';
CREATE INDEX erp_delivery_failed ON erp_delivery (tenant) WHERE state = 'failed';
CREATE TRIGGER erp_delivery_new AFTER INSERT ON erp_outbox BEGIN
    INSERT INTO erp_delivery (notification_id, tenant, state, next_time, changed_time)
    VALUES (new.notification_id, new.tenant, 'waiting', new.time, new.time);
END;
CREATE TRIGGER erp_delivery_sent BEFORE UPDATE OF state ON erp_delivery
WHEN old.state = 'sent' AND new.state <> 'sent' BEGIN
    SELECT RAISE(ABORT, 'what was sent stays sent');
END;
-- Older messages were the business of whoever read the table: nobody is to get them twice.
INSERT INTO erp_delivery (notification_id, tenant, state, next_time, changed_time)
SELECT notification_id, tenant, 'sent', time, time FROM erp_outbox;

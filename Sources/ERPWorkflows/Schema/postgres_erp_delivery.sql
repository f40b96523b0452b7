-- How far the messages of erp_outbox have come on their way to people. Times in nanoseconds since 1970 UTC.
--
-- A message waits until somebody claims it. A claim is a lease: it counts as an attempt and hides the message until
-- next_time, when it is anybody's again, should whoever claimed it have died.
CREATE TABLE erp_delivery (
    notification_id BIGINT PRIMARY KEY REFERENCES erp_outbox,
    tenant TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
    attempts BIGINT NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_time BIGINT NOT NULL,
    claim TEXT COLLATE "C",
    last_error TEXT COLLATE "C",
    changed_time BIGINT NOT NULL
);
CREATE INDEX erp_delivery_waiting ON erp_delivery (tenant, next_time) WHERE state = 'waiting';
CREATE INDEX erp_delivery_failed ON erp_delivery (tenant) WHERE state = 'failed';
CREATE FUNCTION erp_delivery_new() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO erp_delivery (notification_id, tenant, state, next_time, changed_time)
    VALUES (new.notification_id, new.tenant, 'waiting', new.time, new.time);
    RETURN NULL;
END $$;
CREATE TRIGGER erp_delivery_new AFTER INSERT ON erp_outbox FOR EACH ROW EXECUTE FUNCTION erp_delivery_new();
CREATE TRIGGER erp_delivery_sent BEFORE UPDATE OF state ON erp_delivery FOR EACH ROW
    WHEN (old.state = 'sent' AND new.state <> 'sent')
    EXECUTE FUNCTION erp_refuse('what was sent stays sent');

SELECT erp_guard();

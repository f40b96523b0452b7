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

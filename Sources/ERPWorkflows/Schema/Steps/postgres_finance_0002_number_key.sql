-- Numbers of invoices get a key that the program makes, since no database folds digits and letters of every script. Rows that
-- are there, and those that a program of the version before writes, get theirs when their vendor sends the next invoice.
ALTER TABLE erp_invoice ADD COLUMN number_key TEXT COLLATE "C";
DROP INDEX erp_invoice_number;
CREATE UNIQUE INDEX erp_invoice_number ON erp_invoice (tenant, vendor_id, number_key)
    WHERE state IN ('open', 'approved');
CREATE INDEX erp_invoice_unkeyed ON erp_invoice (tenant, vendor_id) WHERE number_key IS NULL;
CREATE TRIGGER erp_invoice_key BEFORE UPDATE OF number_key ON erp_invoice FOR EACH ROW
    WHEN (old.number_key IS NOT NULL)
    EXECUTE FUNCTION erp_refuse('an invoice never changes its figures');

-- A login belongs to one person. Where it belonged to several nobody knows whose it is, so that it is nobody's until the
-- master data are loaded anew: no login has blanks.
-- All tenants' rows count, also those that whoever migrates may not see otherwise.
ALTER TABLE erp_login NO FORCE ROW LEVEL SECURITY;
UPDATE erp_login SET login = login || ' of ' || user_id WHERE (tenant, login) IN (
    SELECT tenant, login FROM erp_login GROUP BY tenant, login HAVING count(*) > 1
);
DROP INDEX erp_login_login;
CREATE UNIQUE INDEX erp_login_login ON erp_login (tenant, login);
ALTER TABLE erp_login FORCE ROW LEVEL SECURITY;

-- Invoices and what becomes of them. Money is in poisha, quantities in thousandths of a unit, times in nanoseconds since
-- 1970 UTC, dates as YYYY-MM-DD, fiscal years as the calendar year in which they begin. Every row carries its tenant.
--
-- Rows that stand for good are also guarded against being written a second time: REPLACE would take the first away without
-- asking the triggers that keep it.

-- Invoices, one row for each run that worked on one. Open while a run has it in hand; approved, and then paid for ever; or
-- ended without effect, and then the same invoice may be submitted again.
CREATE TABLE erp_invoice (
    tenant TEXT NOT NULL,
    invoice_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    workflow_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'approved', 'rejected', 'on_hold', 'cancelled', 'failed')),
    reason TEXT,
    invoice_number TEXT NOT NULL,
    vendor_id TEXT NOT NULL,
    vendor_name TEXT NOT NULL,
    invoice_date TEXT NOT NULL,
    due_date TEXT NOT NULL,
    net INTEGER NOT NULL,
    vat INTEGER NOT NULL,
    total INTEGER NOT NULL,
    po_number TEXT,
    department TEXT NOT NULL,
    project_id TEXT,
    submitted_by TEXT NOT NULL,
    opened_time INTEGER NOT NULL,
    changed_time INTEGER NOT NULL,
    PRIMARY KEY (tenant, invoice_id, run_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX erp_invoice_one ON erp_invoice (tenant, invoice_id) WHERE state IN ('open', 'approved');
-- However somebody types it: neither blanks nor the case of letters make another number of it.
CREATE UNIQUE INDEX erp_invoice_number ON erp_invoice (tenant, vendor_id, upper(replace(invoice_number, ' ', '')))
    WHERE state IN ('open', 'approved');
CREATE INDEX erp_invoice_order ON erp_invoice (tenant, po_number) WHERE po_number IS NOT NULL;
CREATE TABLE erp_invoice_line (
    tenant TEXT NOT NULL,
    invoice_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    line INTEGER NOT NULL,
    description TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    unit_price INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    order_line INTEGER,
    PRIMARY KEY (tenant, invoice_id, run_id, line),
    FOREIGN KEY (tenant, invoice_id, run_id) REFERENCES erp_invoice
) WITHOUT ROWID;
CREATE TRIGGER erp_invoice_keep BEFORE UPDATE OF tenant, invoice_id, run_id, invoice_number, vendor_id, invoice_date,
due_date, net, vat, total, po_number ON erp_invoice BEGIN
    SELECT RAISE(ABORT, 'an invoice never changes its figures');
END;
CREATE TRIGGER erp_invoice_end BEFORE UPDATE OF state ON erp_invoice WHEN old.state <> 'open' BEGIN
    SELECT RAISE(ABORT, 'an invoice that has ended stays as it ended');
END;
CREATE TRIGGER erp_invoice_pay BEFORE UPDATE OF state ON erp_invoice WHEN new.state = 'approved'
AND NOT EXISTS (SELECT 1 FROM erp_payment p WHERE p.tenant = new.tenant AND p.invoice_id = new.invoice_id
    AND p.run_id = new.run_id) BEGIN
    SELECT RAISE(ABORT, 'an invoice is approved by its payment');
END;
CREATE TRIGGER erp_invoice_open BEFORE INSERT ON erp_invoice WHEN new.state = 'approved' BEGIN
    SELECT RAISE(ABORT, 'an invoice is approved by its payment');
END;
CREATE TRIGGER erp_invoice_once BEFORE INSERT ON erp_invoice WHEN EXISTS (
    SELECT 1 FROM erp_invoice WHERE tenant = new.tenant AND invoice_id = new.invoice_id
    AND (run_id = new.run_id OR new.state = 'open' AND state IN ('open', 'approved'))
) BEGIN
    SELECT RAISE(ABORT, 'an invoice is in one pair of hands');
END;
CREATE TRIGGER erp_invoice_stay BEFORE DELETE ON erp_invoice BEGIN
    SELECT RAISE(ABORT, 'an invoice is never deleted');
END;
CREATE TRIGGER erp_invoice_line_once BEFORE INSERT ON erp_invoice_line WHEN EXISTS (
    SELECT 1 FROM erp_invoice_line WHERE tenant = new.tenant AND invoice_id = new.invoice_id
    AND run_id = new.run_id AND line = new.line
) BEGIN
    SELECT RAISE(ABORT, 'an invoice never changes its figures');
END;
CREATE TRIGGER erp_invoice_line_keep BEFORE UPDATE OF description, quantity, unit_price, amount ON erp_invoice_line BEGIN
    SELECT RAISE(ABORT, 'an invoice never changes its figures');
END;
CREATE TRIGGER erp_invoice_line_stay BEFORE DELETE ON erp_invoice_line BEGIN
    SELECT RAISE(ABORT, 'an invoice is never deleted');
END;

-- Orders that may be billed no more: everything was billed, or somebody closed them. What is left of their commitment goes
-- back to the budget.
CREATE TABLE erp_order_closing (
    tenant TEXT NOT NULL,
    number TEXT NOT NULL,
    closed_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    closed_time INTEGER NOT NULL,
    PRIMARY KEY (tenant, number)
) WITHOUT ROWID;
CREATE TRIGGER erp_order_closing_free AFTER INSERT ON erp_order_closing BEGIN
    UPDATE erp_budget_reservation SET freed = amount - consumed
    WHERE state = 'committed' AND (tenant, order_id, run_id) IN (
        SELECT tenant, order_id, run_id FROM erp_purchase_order WHERE tenant = new.tenant AND number = new.number
    );
END;
CREATE TRIGGER erp_order_closing_keep BEFORE UPDATE ON erp_order_closing BEGIN
    SELECT RAISE(ABORT, 'a closed order stays closed');
END;
CREATE TRIGGER erp_order_closing_stay BEFORE DELETE ON erp_order_closing BEGIN
    SELECT RAISE(ABORT, 'a closed order stays closed');
END;

-- What invoices take of budgets: from what their order committed, and of their own for the rest. The sums follow by
-- triggers; the CHECKs of the budget and of the commitment hold that nothing is spent twice.
CREATE TABLE erp_budget_charge (
    tenant TEXT NOT NULL,
    invoice_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('order', 'own')),
    department TEXT NOT NULL,
    fiscal_year INTEGER NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    state TEXT NOT NULL CHECK (state IN ('reserved', 'spent', 'released')),
    order_id TEXT CHECK ((order_id IS NULL) = (source = 'own')),
    order_run_id TEXT CHECK ((order_run_id IS NULL) = (source = 'own')),
    changed_time INTEGER NOT NULL,
    PRIMARY KEY (tenant, invoice_id, run_id, source),
    FOREIGN KEY (tenant, invoice_id, run_id) REFERENCES erp_invoice,
    FOREIGN KEY (tenant, department, fiscal_year) REFERENCES erp_budget,
    FOREIGN KEY (tenant, order_id, order_run_id) REFERENCES erp_budget_reservation
) WITHOUT ROWID;
CREATE TRIGGER erp_budget_charge_begin BEFORE INSERT ON erp_budget_charge WHEN new.state <> 'reserved' BEGIN
    SELECT RAISE(ABORT, 'budget is reserved before it is spent');
END;
CREATE TRIGGER erp_budget_charge_once BEFORE INSERT ON erp_budget_charge WHEN EXISTS (
    SELECT 1 FROM erp_budget_charge WHERE tenant = new.tenant AND invoice_id = new.invoice_id
    AND run_id = new.run_id AND source = new.source
) BEGIN
    SELECT RAISE(ABORT, 'a charge never changes its amount');
END;
CREATE TRIGGER erp_budget_charge_claim AFTER INSERT ON erp_budget_charge BEGIN
    UPDATE erp_budget_reservation SET consumed = consumed + new.amount
    WHERE tenant = new.tenant AND order_id = new.order_id AND run_id = new.order_run_id;
    UPDATE erp_budget SET reserved = reserved + new.amount
    WHERE tenant = new.tenant AND department = new.department AND fiscal_year = new.fiscal_year;
END;
CREATE TRIGGER erp_budget_charge_end BEFORE UPDATE OF state ON erp_budget_charge
WHEN old.state <> 'reserved' OR new.state = 'reserved' BEGIN
    SELECT RAISE(ABORT, 'budget that was spent or given back stays so');
END;
CREATE TRIGGER erp_budget_charge_change AFTER UPDATE OF state ON erp_budget_charge BEGIN
    UPDATE erp_budget SET reserved = reserved - new.amount, spent = spent + iif(new.state = 'spent', new.amount, 0)
    WHERE tenant = new.tenant AND department = new.department AND fiscal_year = new.fiscal_year;
    UPDATE erp_budget_reservation SET consumed = consumed - new.amount,
        freed = freed + iif(EXISTS (
            SELECT 1 FROM erp_order_closing c JOIN erp_purchase_order o ON o.tenant = c.tenant AND o.number = c.number
            WHERE o.tenant = new.tenant AND o.order_id = new.order_id AND o.run_id = new.order_run_id
        ), new.amount, 0)
    WHERE new.state = 'released' AND tenant = new.tenant AND order_id = new.order_id AND run_id = new.order_run_id;
END;
CREATE TRIGGER erp_budget_charge_keep BEFORE UPDATE OF tenant, invoice_id, run_id, source, department, fiscal_year, amount,
order_id, order_run_id ON erp_budget_charge BEGIN
    SELECT RAISE(ABORT, 'a charge never changes its amount');
END;
CREATE TRIGGER erp_budget_charge_stay BEFORE DELETE ON erp_budget_charge BEGIN
    SELECT RAISE(ABORT, 'a charge is released, never deleted');
END;

-- The general ledger. Lines are drafted first; the row of the entry posts them, all or none, and only when debits equal
-- credits. Lines come into the ledger in no other way, and leave it in none: it balances after every statement.
CREATE TABLE erp_account (
    tenant TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('asset', 'liability', 'equity', 'income', 'expense')),
    PRIMARY KEY (tenant, code)
) WITHOUT ROWID;
CREATE TABLE erp_journal_draft (
    tenant TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    line INTEGER NOT NULL,
    account TEXT NOT NULL,
    debit INTEGER NOT NULL CHECK (debit >= 0),
    credit INTEGER NOT NULL CHECK (credit >= 0),
    department TEXT,
    project_id TEXT,
    vendor_id TEXT,
    text TEXT NOT NULL,
    PRIMARY KEY (tenant, entry_id, line),
    FOREIGN KEY (tenant, account) REFERENCES erp_account,
    CONSTRAINT one_side CHECK ((debit > 0) <> (credit > 0))
) WITHOUT ROWID;
CREATE TABLE erp_journal (
    tenant TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    fiscal_year INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    period INTEGER NOT NULL CHECK (period BETWEEN 1 AND 12),
    posting_date TEXT NOT NULL,
    source TEXT NOT NULL,
    source_id TEXT NOT NULL,
    text TEXT NOT NULL,
    posted_time INTEGER NOT NULL,
    PRIMARY KEY (tenant, entry_id),
    UNIQUE (tenant, fiscal_year, sequence),
    UNIQUE (tenant, source, source_id)
) WITHOUT ROWID;
CREATE TABLE erp_journal_line (
    tenant TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    line INTEGER NOT NULL,
    account TEXT NOT NULL,
    debit INTEGER NOT NULL CHECK (debit >= 0),
    credit INTEGER NOT NULL CHECK (credit >= 0),
    department TEXT,
    project_id TEXT,
    vendor_id TEXT,
    text TEXT NOT NULL,
    PRIMARY KEY (tenant, entry_id, line),
    FOREIGN KEY (tenant, entry_id) REFERENCES erp_journal,
    FOREIGN KEY (tenant, account) REFERENCES erp_account,
    CONSTRAINT one_side CHECK ((debit > 0) <> (credit > 0))
) WITHOUT ROWID;
CREATE INDEX erp_journal_line_account ON erp_journal_line (tenant, account);
CREATE TRIGGER erp_journal_draft_open BEFORE INSERT ON erp_journal_draft
WHEN EXISTS (SELECT 1 FROM erp_journal WHERE tenant = new.tenant AND entry_id = new.entry_id) BEGIN
    SELECT RAISE(ABORT, 'a posted entry takes no more lines');
END;
CREATE TRIGGER erp_journal_draft_keep BEFORE UPDATE ON erp_journal_draft BEGIN
    SELECT RAISE(ABORT, 'a draft is deleted and written anew');
END;
CREATE TRIGGER erp_journal_number BEFORE INSERT ON erp_journal WHEN new.sequence <> 1 + (
    SELECT coalesce(max(sequence), 0) FROM erp_journal WHERE tenant = new.tenant AND fiscal_year = new.fiscal_year
) BEGIN
    SELECT RAISE(ABORT, 'journal entries are numbered without gaps');
END;
CREATE TRIGGER erp_journal_post AFTER INSERT ON erp_journal BEGIN
    SELECT RAISE(ABORT, 'an entry is posted only when its debits equal its credits and are not zero')
    FROM (SELECT coalesce(sum(debit), 0) AS debit, coalesce(sum(credit), 0) AS credit FROM erp_journal_draft
        WHERE tenant = new.tenant AND entry_id = new.entry_id)
    WHERE debit <> credit OR debit = 0;
    INSERT INTO erp_journal_line
        (tenant, entry_id, line, account, debit, credit, department, project_id, vendor_id, text)
    SELECT tenant, entry_id, line, account, debit, credit, department, project_id, vendor_id, text
    FROM erp_journal_draft WHERE tenant = new.tenant AND entry_id = new.entry_id ORDER BY line;
    -- Also when the statement says that it ignores what cannot be written.
    SELECT RAISE(ABORT, 'an entry is posted with all of its lines')
    WHERE (SELECT count(*) FROM erp_journal_draft WHERE tenant = new.tenant AND entry_id = new.entry_id)
        <> (SELECT count(*) FROM erp_journal_line WHERE tenant = new.tenant AND entry_id = new.entry_id);
    DELETE FROM erp_journal_draft WHERE tenant = new.tenant AND entry_id = new.entry_id;
END;
CREATE TRIGGER erp_journal_keep BEFORE UPDATE ON erp_journal BEGIN
    SELECT RAISE(ABORT, 'a posted entry never changes');
END;
CREATE TRIGGER erp_journal_stay BEFORE DELETE ON erp_journal BEGIN
    SELECT RAISE(ABORT, 'a posted entry never changes');
END;
CREATE TRIGGER erp_journal_line_only BEFORE INSERT ON erp_journal_line WHEN NOT EXISTS (
    SELECT 1 FROM erp_journal_draft d WHERE d.tenant = new.tenant AND d.entry_id = new.entry_id AND d.line = new.line
    AND d.account = new.account AND d.debit = new.debit AND d.credit = new.credit
) BEGIN
    SELECT RAISE(ABORT, 'lines come into the ledger only with their entry');
END;
CREATE TRIGGER erp_journal_line_keep BEFORE UPDATE ON erp_journal_line BEGIN
    SELECT RAISE(ABORT, 'a posted entry never changes');
END;
CREATE TRIGGER erp_journal_line_stay BEFORE DELETE ON erp_journal_line BEGIN
    SELECT RAISE(ABORT, 'a posted entry never changes');
END;

-- Payments to vendors, one an invoice, each with its posted entry. Writing one approves its invoice.
CREATE TABLE erp_payment (
    tenant TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    fiscal_year INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    invoice_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    vendor_id TEXT NOT NULL,
    net INTEGER NOT NULL CHECK (net > 0),
    vat INTEGER NOT NULL CHECK (vat >= 0),
    withheld INTEGER NOT NULL CHECK (withheld >= 0),
    payable INTEGER NOT NULL CHECK (payable > 0),
    due_date TEXT NOT NULL,
    created_time INTEGER NOT NULL,
    PRIMARY KEY (tenant, payment_id),
    UNIQUE (tenant, invoice_id),
    UNIQUE (tenant, entry_id),
    UNIQUE (tenant, fiscal_year, sequence),
    FOREIGN KEY (tenant, invoice_id, run_id) REFERENCES erp_invoice,
    FOREIGN KEY (tenant, entry_id) REFERENCES erp_journal,
    CONSTRAINT payable_follows CHECK (payable = net + vat - withheld)
) WITHOUT ROWID;
CREATE TRIGGER erp_payment_number BEFORE INSERT ON erp_payment WHEN new.sequence <> 1 + (
    SELECT coalesce(max(sequence), 0) FROM erp_payment WHERE tenant = new.tenant AND fiscal_year = new.fiscal_year
) BEGIN
    SELECT RAISE(ABORT, 'payments are numbered without gaps');
END;
CREATE TRIGGER erp_payment_once BEFORE INSERT ON erp_payment WHEN EXISTS (
    SELECT 1 FROM erp_payment WHERE tenant = new.tenant AND invoice_id = new.invoice_id
) BEGIN
    SELECT RAISE(ABORT, 'an invoice is paid once');
END;
CREATE TRIGGER erp_payment_posted BEFORE INSERT ON erp_payment WHEN new.net + new.vat <> (
    SELECT coalesce(sum(debit), 0) FROM erp_journal_line WHERE tenant = new.tenant AND entry_id = new.entry_id
) BEGIN
    SELECT RAISE(ABORT, 'a payment has a posted entry over the same amount');
END;
CREATE TRIGGER erp_payment_budget BEFORE INSERT ON erp_payment WHEN new.net <> (
    SELECT coalesce(sum(amount), 0) FROM erp_budget_charge
    WHERE tenant = new.tenant AND invoice_id = new.invoice_id AND run_id = new.run_id AND state = 'spent'
) BEGIN
    SELECT RAISE(ABORT, 'a payment spends its net of a budget');
END;
CREATE TRIGGER erp_payment_approve AFTER INSERT ON erp_payment BEGIN
    UPDATE erp_invoice SET state = 'approved', changed_time = new.created_time
    WHERE tenant = new.tenant AND invoice_id = new.invoice_id AND run_id = new.run_id;
END;
CREATE TRIGGER erp_payment_keep BEFORE UPDATE ON erp_payment BEGIN
    SELECT RAISE(ABORT, 'a payment never changes');
END;
CREATE TRIGGER erp_payment_stay BEFORE DELETE ON erp_payment BEGIN
    SELECT RAISE(ABORT, 'a payment never changes');
END;

-- What was withheld for the tax office, one certificate a payment; returns are made up from it. The rate is in
-- hundredths of a percent.
CREATE TABLE erp_withholding_certificate (
    tenant TEXT NOT NULL,
    number TEXT NOT NULL,
    fiscal_year INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    period INTEGER NOT NULL CHECK (period BETWEEN 1 AND 12),
    payment_id TEXT NOT NULL,
    issued_date TEXT NOT NULL,
    vendor_id TEXT NOT NULL,
    vendor_name TEXT NOT NULL,
    vendor_kind TEXT NOT NULL CHECK (vendor_kind IN ('contractor', 'supplier', 'service_provider')),
    tin TEXT,
    base INTEGER NOT NULL CHECK (base > 0),
    rate INTEGER NOT NULL CHECK (rate >= 0),
    amount INTEGER NOT NULL CHECK (amount >= 0),
    vat INTEGER NOT NULL CHECK (vat >= 0),
    rule TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (tenant, number),
    UNIQUE (tenant, payment_id),
    UNIQUE (tenant, fiscal_year, sequence),
    FOREIGN KEY (tenant, payment_id) REFERENCES erp_payment
) WITHOUT ROWID;
CREATE INDEX erp_withholding_certificate_period ON erp_withholding_certificate (tenant, fiscal_year, period);
CREATE TRIGGER erp_withholding_certificate_number BEFORE INSERT ON erp_withholding_certificate WHEN new.sequence <> 1 + (
    SELECT coalesce(max(sequence), 0) FROM erp_withholding_certificate
    WHERE tenant = new.tenant AND fiscal_year = new.fiscal_year
) BEGIN
    SELECT RAISE(ABORT, 'certificates are numbered without gaps');
END;
CREATE TRIGGER erp_withholding_certificate_once BEFORE INSERT ON erp_withholding_certificate WHEN EXISTS (
    SELECT 1 FROM erp_withholding_certificate WHERE tenant = new.tenant AND payment_id = new.payment_id
) BEGIN
    SELECT RAISE(ABORT, 'a payment has one certificate');
END;
CREATE TRIGGER erp_withholding_certificate_keep BEFORE UPDATE ON erp_withholding_certificate BEGIN
    SELECT RAISE(ABORT, 'a certificate never changes');
END;
CREATE TRIGGER erp_withholding_certificate_stay BEFORE DELETE ON erp_withholding_certificate BEGIN
    SELECT RAISE(ABORT, 'a certificate never changes');
END;

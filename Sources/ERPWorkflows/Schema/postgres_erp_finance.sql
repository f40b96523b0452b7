-- Invoices and what becomes of them. Money is in poisha, quantities in thousandths of a unit, times in nanoseconds since
-- 1970 UTC, dates as YYYY-MM-DD, fiscal years as the calendar year in which they begin. Every row carries its tenant.

-- Invoices, one row for each run that worked on one. Open while a run has it in hand; approved, and then paid for ever; or
-- ended without effect, and then the same invoice may be submitted again.
CREATE TABLE erp_invoice (
    tenant TEXT COLLATE "C" NOT NULL,
    invoice_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    workflow_id TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'approved', 'rejected', 'on_hold', 'cancelled', 'failed')),
    reason TEXT COLLATE "C",
    invoice_number TEXT COLLATE "C" NOT NULL,
    vendor_id TEXT COLLATE "C" NOT NULL,
    vendor_name TEXT COLLATE "C" NOT NULL,
    invoice_date TEXT COLLATE "C" NOT NULL,
    due_date TEXT COLLATE "C" NOT NULL,
    net BIGINT NOT NULL,
    vat BIGINT NOT NULL,
    total BIGINT NOT NULL,
    po_number TEXT COLLATE "C",
    department TEXT COLLATE "C" NOT NULL,
    project_id TEXT COLLATE "C",
    submitted_by TEXT COLLATE "C" NOT NULL,
    opened_time BIGINT NOT NULL,
    changed_time BIGINT NOT NULL,
    -- Rows that a version without keys has written get theirs when the vendor sends the next invoice.
    number_key TEXT COLLATE "C",
    PRIMARY KEY (tenant, invoice_id, run_id)
);
CREATE UNIQUE INDEX erp_invoice_one ON erp_invoice (tenant, invoice_id) WHERE state IN ('open', 'approved');
-- However somebody types it (InvoiceNumber.key): neither blanks, the case of letters nor the script of digits make another
-- number of it.
CREATE UNIQUE INDEX erp_invoice_number ON erp_invoice (tenant, vendor_id, number_key)
    WHERE state IN ('open', 'approved');
CREATE INDEX erp_invoice_unkeyed ON erp_invoice (tenant, vendor_id) WHERE number_key IS NULL;
CREATE INDEX erp_invoice_order ON erp_invoice (tenant, po_number) WHERE po_number IS NOT NULL;
CREATE TABLE erp_invoice_line (
    tenant TEXT COLLATE "C" NOT NULL,
    invoice_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    line BIGINT NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    quantity BIGINT NOT NULL,
    unit_price BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    order_line BIGINT,
    PRIMARY KEY (tenant, invoice_id, run_id, line),
    FOREIGN KEY (tenant, invoice_id, run_id) REFERENCES erp_invoice
);
CREATE TRIGGER erp_invoice_keep BEFORE UPDATE OF tenant, invoice_id, run_id, invoice_number, vendor_id, invoice_date,
    due_date, net, vat, total, po_number ON erp_invoice
    FOR EACH ROW EXECUTE FUNCTION erp_refuse('an invoice never changes its figures');
CREATE TRIGGER erp_invoice_key BEFORE UPDATE OF number_key ON erp_invoice FOR EACH ROW
    WHEN (old.number_key IS NOT NULL)
    EXECUTE FUNCTION erp_refuse('an invoice never changes its figures');
CREATE TRIGGER erp_invoice_end BEFORE UPDATE OF state ON erp_invoice FOR EACH ROW
    WHEN (old.state <> 'open')
    EXECUTE FUNCTION erp_refuse('an invoice that has ended stays as it ended');
CREATE FUNCTION erp_invoice_pay() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM erp_payment p WHERE p.tenant = new.tenant AND p.invoice_id = new.invoice_id
        AND p.run_id = new.run_id) THEN
        RAISE EXCEPTION 'an invoice is approved by its payment' USING ERRCODE = '23514';
    END IF;
    RETURN new;
END $$;
CREATE TRIGGER erp_invoice_pay BEFORE UPDATE OF state ON erp_invoice FOR EACH ROW
    WHEN (new.state = 'approved') EXECUTE FUNCTION erp_invoice_pay();
CREATE TRIGGER erp_invoice_open BEFORE INSERT ON erp_invoice FOR EACH ROW
    WHEN (new.state = 'approved')
    EXECUTE FUNCTION erp_refuse('an invoice is approved by its payment');
CREATE TRIGGER erp_invoice_stay BEFORE DELETE ON erp_invoice FOR EACH ROW
    EXECUTE FUNCTION erp_refuse('an invoice is never deleted');
CREATE TRIGGER erp_invoice_line_keep BEFORE UPDATE OF description, quantity, unit_price, amount ON erp_invoice_line
    FOR EACH ROW EXECUTE FUNCTION erp_refuse('an invoice never changes its figures');
CREATE TRIGGER erp_invoice_line_stay BEFORE DELETE ON erp_invoice_line FOR EACH ROW
    EXECUTE FUNCTION erp_refuse('an invoice is never deleted');

-- Orders that may be billed no more: everything was billed, or somebody closed them. What is left of their commitment goes
-- back to the budget.
CREATE TABLE erp_order_closing (
    tenant TEXT COLLATE "C" NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    closed_by TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    closed_time BIGINT NOT NULL,
    PRIMARY KEY (tenant, number)
);
CREATE FUNCTION erp_order_closing_free() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE erp_budget_reservation SET freed = amount - consumed
    WHERE state = 'committed' AND (tenant, order_id, run_id) IN (
        SELECT tenant, order_id, run_id FROM erp_purchase_order WHERE tenant = new.tenant AND number = new.number
    );
    RETURN NULL;
END $$;
CREATE TRIGGER erp_order_closing_free AFTER INSERT ON erp_order_closing
    FOR EACH ROW EXECUTE FUNCTION erp_order_closing_free();
CREATE TRIGGER erp_order_closing_keep BEFORE UPDATE OR DELETE ON erp_order_closing FOR EACH ROW
    EXECUTE FUNCTION erp_refuse('a closed order stays closed');

-- What invoices take of budgets: from what their order committed, and of their own for the rest. The sums follow by
-- triggers; the CHECKs of the budget and of the commitment hold that nothing is spent twice.
CREATE TABLE erp_budget_charge (
    tenant TEXT COLLATE "C" NOT NULL,
    invoice_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL CHECK (source IN ('order', 'own')),
    department TEXT COLLATE "C" NOT NULL,
    fiscal_year BIGINT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    state TEXT COLLATE "C" NOT NULL CHECK (state IN ('reserved', 'spent', 'released')),
    order_id TEXT COLLATE "C" CHECK ((order_id IS NULL) = (source = 'own')),
    order_run_id TEXT COLLATE "C" CHECK ((order_run_id IS NULL) = (source = 'own')),
    changed_time BIGINT NOT NULL,
    PRIMARY KEY (tenant, invoice_id, run_id, source),
    FOREIGN KEY (tenant, invoice_id, run_id) REFERENCES erp_invoice,
    FOREIGN KEY (tenant, department, fiscal_year) REFERENCES erp_budget,
    FOREIGN KEY (tenant, order_id, order_run_id) REFERENCES erp_budget_reservation
);
CREATE TRIGGER erp_budget_charge_begin BEFORE INSERT ON erp_budget_charge FOR EACH ROW
    WHEN (new.state <> 'reserved')
    EXECUTE FUNCTION erp_refuse('budget is reserved before it is spent');
CREATE FUNCTION erp_budget_charge_claim() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE erp_budget_reservation SET consumed = consumed + new.amount
    WHERE tenant = new.tenant AND order_id = new.order_id AND run_id = new.order_run_id;
    UPDATE erp_budget SET reserved = reserved + new.amount
    WHERE tenant = new.tenant AND department = new.department AND fiscal_year = new.fiscal_year;
    RETURN NULL;
END $$;
CREATE TRIGGER erp_budget_charge_claim AFTER INSERT ON erp_budget_charge
    FOR EACH ROW EXECUTE FUNCTION erp_budget_charge_claim();
CREATE TRIGGER erp_budget_charge_end BEFORE UPDATE OF state ON erp_budget_charge FOR EACH ROW
    WHEN (old.state <> 'reserved' OR new.state = 'reserved')
    EXECUTE FUNCTION erp_refuse('budget that was spent or given back stays so');
CREATE FUNCTION erp_budget_charge_change() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
    is_closed CONSTANT BOOLEAN := EXISTS (
        SELECT 1 FROM erp_order_closing c JOIN erp_purchase_order o ON o.tenant = c.tenant AND o.number = c.number
        WHERE o.tenant = new.tenant AND o.order_id = new.order_id AND o.run_id = new.order_run_id
    );
BEGIN
    UPDATE erp_budget SET reserved = reserved - new.amount,
        spent = spent + CASE WHEN new.state = 'spent' THEN new.amount ELSE 0 END
    WHERE tenant = new.tenant AND department = new.department AND fiscal_year = new.fiscal_year;
    IF new.state = 'released' THEN
        UPDATE erp_budget_reservation SET consumed = consumed - new.amount,
            freed = freed + CASE WHEN is_closed THEN new.amount ELSE 0 END
        WHERE tenant = new.tenant AND order_id = new.order_id AND run_id = new.order_run_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER erp_budget_charge_change AFTER UPDATE OF state ON erp_budget_charge
    FOR EACH ROW EXECUTE FUNCTION erp_budget_charge_change();
CREATE TRIGGER erp_budget_charge_keep BEFORE UPDATE OF tenant, invoice_id, run_id, source, department, fiscal_year, amount,
    order_id, order_run_id ON erp_budget_charge
    FOR EACH ROW EXECUTE FUNCTION erp_refuse('a charge never changes its amount');
CREATE TRIGGER erp_budget_charge_stay BEFORE DELETE ON erp_budget_charge FOR EACH ROW
    EXECUTE FUNCTION erp_refuse('a charge is released, never deleted');

-- The general ledger. Lines are drafted first; the row of the entry posts them, all or none, and only when debits equal
-- credits. Lines come into the ledger in no other way, and leave it in none: it balances after every statement.
CREATE TABLE erp_account (
    tenant TEXT COLLATE "C" NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('asset', 'liability', 'equity', 'income', 'expense')),
    PRIMARY KEY (tenant, code)
);
CREATE TABLE erp_journal_draft (
    tenant TEXT COLLATE "C" NOT NULL,
    entry_id TEXT COLLATE "C" NOT NULL,
    line BIGINT NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    debit BIGINT NOT NULL CHECK (debit >= 0),
    credit BIGINT NOT NULL CHECK (credit >= 0),
    department TEXT COLLATE "C",
    project_id TEXT COLLATE "C",
    vendor_id TEXT COLLATE "C",
    text TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, entry_id, line),
    FOREIGN KEY (tenant, account) REFERENCES erp_account,
    CONSTRAINT one_side CHECK ((debit > 0) <> (credit > 0))
);
CREATE TABLE erp_journal (
    tenant TEXT COLLATE "C" NOT NULL,
    entry_id TEXT COLLATE "C" NOT NULL,
    fiscal_year BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    period BIGINT NOT NULL CHECK (period BETWEEN 1 AND 12),
    posting_date TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    source_id TEXT COLLATE "C" NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    posted_time BIGINT NOT NULL,
    PRIMARY KEY (tenant, entry_id),
    UNIQUE (tenant, fiscal_year, sequence),
    UNIQUE (tenant, source, source_id)
);
CREATE TABLE erp_journal_line (
    tenant TEXT COLLATE "C" NOT NULL,
    entry_id TEXT COLLATE "C" NOT NULL,
    line BIGINT NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    debit BIGINT NOT NULL CHECK (debit >= 0),
    credit BIGINT NOT NULL CHECK (credit >= 0),
    department TEXT COLLATE "C",
    project_id TEXT COLLATE "C",
    vendor_id TEXT COLLATE "C",
    text TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, entry_id, line),
    FOREIGN KEY (tenant, entry_id) REFERENCES erp_journal,
    FOREIGN KEY (tenant, account) REFERENCES erp_account,
    CONSTRAINT one_side CHECK ((debit > 0) <> (credit > 0))
);
CREATE INDEX erp_journal_line_account ON erp_journal_line (tenant, account);
CREATE FUNCTION erp_journal_draft_open() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM erp_journal WHERE tenant = new.tenant AND entry_id = new.entry_id) THEN
        RAISE EXCEPTION 'a posted entry takes no more lines' USING ERRCODE = '23514';
    END IF;
    RETURN new;
END $$;
CREATE TRIGGER erp_journal_draft_open BEFORE INSERT ON erp_journal_draft
    FOR EACH ROW EXECUTE FUNCTION erp_journal_draft_open();
CREATE TRIGGER erp_journal_draft_keep BEFORE UPDATE ON erp_journal_draft FOR EACH ROW
    EXECUTE FUNCTION erp_refuse('a draft is deleted and written anew');
CREATE TRIGGER erp_journal_number BEFORE INSERT ON erp_journal
    FOR EACH ROW EXECUTE FUNCTION erp_number('journal entries are numbered without gaps');
CREATE FUNCTION erp_journal_post() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
    debits NUMERIC;
    credits NUMERIC;
BEGIN
    SELECT coalesce(sum(debit), 0), coalesce(sum(credit), 0) INTO debits, credits FROM erp_journal_draft
    WHERE tenant = new.tenant AND entry_id = new.entry_id;
    IF debits <> credits OR debits = 0 THEN
        RAISE EXCEPTION 'an entry is posted only when its debits equal its credits and are not zero'
            USING ERRCODE = '23514';
    END IF;
    INSERT INTO erp_journal_line
        (tenant, entry_id, line, account, debit, credit, department, project_id, vendor_id, text)
    SELECT tenant, entry_id, line, account, debit, credit, department, project_id, vendor_id, text
    FROM erp_journal_draft WHERE tenant = new.tenant AND entry_id = new.entry_id ORDER BY line;
    DELETE FROM erp_journal_draft WHERE tenant = new.tenant AND entry_id = new.entry_id;
    RETURN NULL;
END $$;
CREATE TRIGGER erp_journal_post AFTER INSERT ON erp_journal FOR EACH ROW EXECUTE FUNCTION erp_journal_post();
CREATE TRIGGER erp_journal_keep BEFORE UPDATE OR DELETE ON erp_journal FOR EACH ROW
    EXECUTE FUNCTION erp_refuse('a posted entry never changes');
CREATE FUNCTION erp_journal_line_only() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM erp_journal_draft d WHERE d.tenant = new.tenant AND d.entry_id = new.entry_id AND d.line = new.line
        AND d.account = new.account AND d.debit = new.debit AND d.credit = new.credit
    ) THEN RAISE EXCEPTION 'lines come into the ledger only with their entry' USING ERRCODE = '23514'; END IF;
    RETURN new;
END $$;
CREATE TRIGGER erp_journal_line_only BEFORE INSERT ON erp_journal_line
    FOR EACH ROW EXECUTE FUNCTION erp_journal_line_only();
CREATE TRIGGER erp_journal_line_keep BEFORE UPDATE OR DELETE ON erp_journal_line FOR EACH ROW
    EXECUTE FUNCTION erp_refuse('a posted entry never changes');

-- Payments to vendors, one an invoice, each with its posted entry. Writing one approves its invoice.
CREATE TABLE erp_payment (
    tenant TEXT COLLATE "C" NOT NULL,
    payment_id TEXT COLLATE "C" NOT NULL,
    fiscal_year BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    invoice_id TEXT COLLATE "C" NOT NULL,
    run_id TEXT COLLATE "C" NOT NULL,
    entry_id TEXT COLLATE "C" NOT NULL,
    vendor_id TEXT COLLATE "C" NOT NULL,
    net BIGINT NOT NULL CHECK (net > 0),
    vat BIGINT NOT NULL CHECK (vat >= 0),
    withheld BIGINT NOT NULL CHECK (withheld >= 0),
    payable BIGINT NOT NULL CHECK (payable > 0),
    due_date TEXT COLLATE "C" NOT NULL,
    created_time BIGINT NOT NULL,
    PRIMARY KEY (tenant, payment_id),
    UNIQUE (tenant, invoice_id),
    UNIQUE (tenant, entry_id),
    UNIQUE (tenant, fiscal_year, sequence),
    FOREIGN KEY (tenant, invoice_id, run_id) REFERENCES erp_invoice,
    FOREIGN KEY (tenant, entry_id) REFERENCES erp_journal,
    CONSTRAINT payable_follows CHECK (payable = net + vat - withheld)
);
CREATE TRIGGER erp_payment_number BEFORE INSERT ON erp_payment
    FOR EACH ROW EXECUTE FUNCTION erp_number('payments are numbered without gaps');
CREATE FUNCTION erp_payment_fits() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF new.net + new.vat <> (
        SELECT coalesce(sum(debit), 0) FROM erp_journal_line WHERE tenant = new.tenant AND entry_id = new.entry_id
    ) THEN RAISE EXCEPTION 'a payment has a posted entry over the same amount' USING ERRCODE = '23514'; END IF;
    IF new.net <> (
        SELECT coalesce(sum(amount), 0) FROM erp_budget_charge
        WHERE tenant = new.tenant AND invoice_id = new.invoice_id AND run_id = new.run_id AND state = 'spent'
    ) THEN RAISE EXCEPTION 'a payment spends its net of a budget' USING ERRCODE = '23514'; END IF;
    RETURN new;
END $$;
CREATE TRIGGER erp_payment_fits BEFORE INSERT ON erp_payment FOR EACH ROW EXECUTE FUNCTION erp_payment_fits();
CREATE FUNCTION erp_payment_approve() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE erp_invoice SET state = 'approved', changed_time = new.created_time
    WHERE tenant = new.tenant AND invoice_id = new.invoice_id AND run_id = new.run_id;
    RETURN NULL;
END $$;
CREATE TRIGGER erp_payment_approve AFTER INSERT ON erp_payment FOR EACH ROW EXECUTE FUNCTION erp_payment_approve();
CREATE TRIGGER erp_payment_keep BEFORE UPDATE OR DELETE ON erp_payment FOR EACH ROW
    EXECUTE FUNCTION erp_refuse('a payment never changes');

-- What was withheld for the tax office, one certificate a payment; returns are made up from it. The rate is in
-- hundredths of a percent.
CREATE TABLE erp_withholding_certificate (
    tenant TEXT COLLATE "C" NOT NULL,
    number TEXT COLLATE "C" NOT NULL,
    fiscal_year BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    period BIGINT NOT NULL CHECK (period BETWEEN 1 AND 12),
    payment_id TEXT COLLATE "C" NOT NULL,
    issued_date TEXT COLLATE "C" NOT NULL,
    vendor_id TEXT COLLATE "C" NOT NULL,
    vendor_name TEXT COLLATE "C" NOT NULL,
    vendor_kind TEXT COLLATE "C" NOT NULL CHECK (vendor_kind IN ('contractor', 'supplier', 'service_provider')),
    tin TEXT COLLATE "C",
    base BIGINT NOT NULL CHECK (base > 0),
    rate BIGINT NOT NULL CHECK (rate >= 0),
    amount BIGINT NOT NULL CHECK (amount >= 0),
    vat BIGINT NOT NULL CHECK (vat >= 0),
    rule TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, number),
    UNIQUE (tenant, payment_id),
    UNIQUE (tenant, fiscal_year, sequence),
    FOREIGN KEY (tenant, payment_id) REFERENCES erp_payment
);
CREATE INDEX erp_withholding_certificate_period ON erp_withholding_certificate (tenant, fiscal_year, period);
CREATE TRIGGER erp_withholding_certificate_number BEFORE INSERT ON erp_withholding_certificate
    FOR EACH ROW EXECUTE FUNCTION erp_number('certificates are numbered without gaps');
CREATE TRIGGER erp_withholding_certificate_keep BEFORE UPDATE OR DELETE ON erp_withholding_certificate FOR EACH ROW
    EXECUTE FUNCTION erp_refuse('a certificate never changes');

SELECT erp_guard();

package import Database
import Foundation
import WorkflowAPI
import WorkflowRuntime

/// Closings in the table `erp_order_closing`; a trigger gives back what is left of the commitment.
package struct SQLOrderClosingService: OrderClosingService {
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

    package func close(_ request: OrderClosingRequest) async throws -> OrderClosing {
        try await database.transact { tx in try Self.close(request, in: tx) }
    }

    package func closings(of tenant: String) async throws -> [OrderClosing] {
        try await database.look { tx in
            try Self.closings("", [.text(tenant)], in: tx)
        }
    }

    package func closing(
        ofRun runId: String,
        _ workflowId: String,
        in tenant: String
    ) async throws -> OrderClosing? {
        try await database.look { tx in
            try Self.closings(
                "AND o.workflow_id = ? AND o.run_id = ?",
                [.text(tenant), .text(workflowId), .text(runId)],
                in: tx
            ).first
        }
    }

    /// Closes in a transaction that does more.
    static func close(_ request: OrderClosingRequest, in tx: any StoreTransaction) throws -> OrderClosing {
        let order = try checkedOrder(request, in: tx)
        let reason = request.reason.clipped(to: TextLimits.words)
        let isClosed = try SQLOrderBilling.close(
            request.number,
            of: request.tenant,
            because: reason,
            by: request.person,
            at: request.time,
            in: tx
        )
        let closing = try closings("AND o.number = ?", [.text(request.tenant), .text(request.number)], in: tx).first
        guard isClosed, let closing else { throw refusal("purchase order \(request.number) is already closed") }
        try SQLAuditService.record(
            AuditEntry(
                tenant: request.tenant,
                key: "\(order.runId)/closed",
                time: request.time,
                entity: "purchase_order",
                entityId: order.orderId,
                action: "closed",
                actor: request.person,
                details:
                    "\(request.number), \(closing.freed) of \(closing.department) for \(closing.fiscalYear) given back, "
                    + "\(order.delegator.map { "for \($0), " } ?? "")"
                    + "sent by \(request.caller.clipped(to: TextLimits.name)): \(reason)"
            ),
            in: tx
        )
        return closing
    }

    /// The order that may be closed, and for whom, if a deputy does it. Throws a refusal when it may not.
    private static func checkedOrder(
        _ request: OrderClosingRequest,
        in tx: any StoreTransaction
    ) throws -> (orderId: String, runId: String, delegator: String?) {
        let (tenant, number) = (request.tenant, request.number)
        let order = try tx.query(
            """
            SELECT o.order_id, o.run_id, o.state, o.requested_by, c.reason FROM erp_purchase_order o
            LEFT JOIN erp_order_closing c ON c.tenant = o.tenant AND c.number = o.number
            WHERE o.tenant = ? AND o.number = ?
            """,
            [.text(tenant), .text(number)]
        ).first
        guard let order else {
            throw WorkflowServiceError(.notFound, "there is no purchase order '\(number)' in namespace '\(tenant)'")
        }
        guard let user = try SQLDirectoryService.user(request.person, of: tenant, in: tx), user.isActive else {
            throw WorkflowServiceError(
                .notFound,
                "there is no active user '\(request.person)' in namespace '\(tenant)'"
            )
        }
        let delegator = try delegator(of: user, to: request, requestedBy: order.text(3), in: tx)
        guard order.text(2) == "created" else {
            throw refusal("purchase order \(number) was \(order.text(2)), and holds nothing any more")
        }
        if let reason = order.optionalText(4) {
            throw refusal("purchase order \(number) is already closed: \(reason)")
        }
        if let invoice = try openInvoice(of: number, tenant, in: tx) {
            throw refusal(
                "invoice '\(invoice.id)' of purchase order \(number) is in the hands of workflow '\(invoice.workflowId)'; "
                    + "the order can be closed when that has ended"
            )
        }
        return (order.text(0), order.text(1), delegator)
    }

    /// By whose right somebody closes an order: nil for their own, else the person whose deputy they are today. Throws a refusal
    /// when they have neither.
    private static func delegator(
        of user: DirectoryUser,
        to request: OrderClosingRequest,
        requestedBy requester: String,
        in tx: any StoreTransaction
    ) throws -> String? {
        func mayClose(_ id: String, as roles: some Sequence<String>) -> Bool {
            id == requester || !OrderClosingRequest.roles.isDisjoint(with: roles)
        }
        if mayClose(user.id, as: user.roles) { return nil }
        let others = try SQLDeputyService.delegators(of: user.id, at: request.time, request.tenant, in: tx)
        let other = others.first { other in
            // A deputy in one role stands in for that role alone.
            guard let role = other.role else { return mayClose(other.user.id, as: other.user.roles) }
            return other.user.roles.contains(role) && OrderClosingRequest.roles.contains(role)
        }
        if let other { return other.user.id }
        throw refusal(
            "'\(user.id)' may not close purchase order \(request.number): \(requester) may, who asked for it, and who has "
                + "the role \(OrderClosingRequest.roles.sorted().joined(separator: " or ")), and deputies of theirs"
        )
    }

    private static func openInvoice(
        of number: String,
        _ tenant: String,
        in tx: any StoreTransaction
    ) throws -> (id: String, workflowId: String)? {
        try tx.query(
            """
            SELECT invoice_id, workflow_id FROM erp_invoice WHERE tenant = ? AND po_number = ? AND state = 'open'
            ORDER BY opened_time, invoice_id LIMIT 1
            """,
            [.text(tenant), .text(number)]
        ).first.map { ($0.text(0), $0.text(1)) }
    }

    private static func closings(
        _ condition: String,
        _ bindings: [StoreValue],
        in tx: any StoreTransaction
    ) throws -> [OrderClosing] {
        try tx.query(
            """
            SELECT c.number, c.closed_by, c.reason, c.closed_time, r.freed, r.department, r.fiscal_year
            FROM erp_order_closing c JOIN erp_purchase_order o ON o.tenant = c.tenant AND o.number = c.number
            JOIN erp_budget_reservation r ON r.tenant = o.tenant AND r.order_id = o.order_id AND r.run_id = o.run_id
            WHERE c.tenant = ? \(condition) ORDER BY o.fiscal_year, o.sequence
            """,
            bindings
        ).map { row in
            OrderClosing(
                number: row.text(0),
                closedBy: row.text(1),
                reason: row.text(2),
                time: row.moment(3),
                freed: Money(poisha: row.integer(4)),
                department: row.text(5),
                fiscalYear: FiscalYear(startYear: Int(row.integer(6)))
            )
        }
    }

    private static func refusal(_ words: String) -> WorkflowServiceError {
        WorkflowServiceError(.invalidArgument, words)
    }
}

import Foundation
import WorkflowRuntime

extension PurchaseOrderActivities {
    /// What changes something, over any services.
    var effects: [ActivityRegistration] {
        [
            ActivityRegistration(Self.reserveBudget) { try await budget.reserve($0) },
            ActivityRegistration(Self.releaseBudget) { step in
                try await budget.release(step.order, at: step.time)
                return NoValue()
            },
            ActivityRegistration(Self.createOrder) { request in
                try await budget.commit(request.order, at: request.time)
                return try await purchasing.create(request)
            },
            ActivityRegistration(Self.cancelOrder) { step in
                _ = try await purchasing.cancel(step.order, at: step.time)
                return NoValue()
            },
            ActivityRegistration(Self.notify) { messages in
                try await notifications.send(messages)
                return NoValue()
            },
            ActivityRegistration(Self.withdraw) { withdrawal in
                let message = withdrawal.message
                if try await notifications.wasSent(withdrawal.key, in: message.tenant) {
                    try await notifications.send([message])
                }
                return NoValue()
            },
            ActivityRegistration(Self.recordAudit) { entry in
                try await audit.record(entry)
                return NoValue()
            },
        ]
    }

    /// The names of the effects that need one of these services.
    static func namesNeeding(_ services: ERPServices) -> [String] {
        var names: [String] = []
        if services.budget != nil { names += [reserveBudget.name, releaseBudget.name, createOrder.name] }
        if services.purchasing != nil { names += [createOrder.name, cancelOrder.name] }
        if services.notifications != nil { names += [notify.name, withdraw.name] }
        if services.audit != nil { names += [recordAudit.name] }
        return names
    }

    /// The same as exactly-once steps in the engine's own file.
    static let stepsOnStore: [ActivityRegistration] = [
        ActivityRegistration(reserveBudget, transactional: { try SQLBudgetService.reserve($0, in: $1) }),
        ActivityRegistration(
            releaseBudget,
            transactional: { step, tx in
                try SQLBudgetService.release(step.order, at: step.time, in: tx)
                return NoValue()
            }
        ),
        ActivityRegistration(
            createOrder,
            transactional: { request, tx in
                try SQLBudgetService.commit(request.order, at: request.time, in: tx)
                return try SQLPurchasingService.create(request, in: tx)
            }
        ),
        ActivityRegistration(
            cancelOrder,
            transactional: { step, tx in
                try SQLPurchasingService.cancel(step.order, at: step.time, in: tx)
                return NoValue()
            }
        ),
        ActivityRegistration(
            notify,
            transactional: { messages, tx in
                try SQLNotificationService.send(messages, in: tx)
                return NoValue()
            }
        ),
        ActivityRegistration(
            withdraw,
            transactional: { withdrawal, tx in
                let message = withdrawal.message
                if try SQLNotificationService.wasSent(withdrawal.key, of: message.tenant, in: tx) {
                    try SQLNotificationService.send([message], in: tx)
                }
                return NoValue()
            }
        ),
        ActivityRegistration(
            recordAudit,
            transactional: { entry, tx in
                try SQLAuditService.record(entry, in: tx)
                return NoValue()
            }
        ),
    ]
}

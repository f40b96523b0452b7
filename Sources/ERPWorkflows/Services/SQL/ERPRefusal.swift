import WorkflowRuntime

/// What the domain services refuse. None of it is worth trying again.
enum ERPRefusal {
    static func noReservation(_ orderId: String) -> ApplicationError {
        ApplicationError(
            type: "NoReservation",
            message: "no budget is reserved for order \(orderId) by this run",
            nonRetryable: true
        )
    }

    static func orderUndone(_ orderId: String) -> ApplicationError {
        ApplicationError(
            type: "OrderUndone",
            message: "the work on order \(orderId) by this run was undone",
            nonRetryable: true
        )
    }

    static func orderExists(_ orderId: String, _ number: String) -> ApplicationError {
        ApplicationError(
            type: "OrderExists",
            message: "order \(orderId) was already created as \(number)",
            nonRetryable: true
        )
    }

    static func employeeExists(_ employeeId: String, _ workflowId: String) -> ApplicationError {
        ApplicationError(
            type: "EmployeeExists",
            message: "employee \(employeeId) is in the hands of workflow '\(workflowId)' or was brought in by it",
            nonRetryable: true
        )
    }

    static func employeeUndone(_ employeeId: String) -> ApplicationError {
        ApplicationError(
            type: "EmployeeUndone",
            message: "what this run did for employee \(employeeId) was undone",
            nonRetryable: true
        )
    }
}

extension ERPRefusal {
    static func invoiceUndone(_ invoiceId: String) -> ApplicationError {
        ApplicationError(
            type: "InvoiceUndone",
            message: "the work on invoice \(invoiceId) by this run was undone",
            nonRetryable: true
        )
    }

    static func invoicePaid(_ invoiceId: String, _ paymentId: String?) -> ApplicationError {
        ApplicationError(
            type: "InvoicePaid",
            message: "invoice \(invoiceId) was paid for\(paymentId.map { " by \($0)" } ?? "")",
            nonRetryable: true
        )
    }

    static func nothingPayable(_ invoiceId: String) -> ApplicationError {
        ApplicationError(
            type: "NothingPayable",
            message: "of invoice \(invoiceId) nothing is payable, and nothing is paid",
            nonRetryable: true
        )
    }

    static func noBudget(_ invoiceId: String) -> ApplicationError {
        ApplicationError(
            type: "NoReservation",
            message: "no budget is reserved for invoice \(invoiceId) by this run",
            nonRetryable: true
        )
    }

    static func unbalanced(_ source: String, _ sourceId: String) -> ApplicationError {
        ApplicationError(
            type: "Unbalanced",
            message: "the journal entry of \(source) \(sourceId) does not balance",
            nonRetryable: true
        )
    }

    static func noAccount(_ code: String) -> ApplicationError {
        ApplicationError(
            type: "NoAccount",
            message: "the chart of accounts has no account \(code)",
            nonRetryable: true
        )
    }
}

import ERPWorkflows
import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime

@testable import ERPServicesHTTP

/// Every operation of every service, with the requests and answers that `docs/ERP-HTTP.md` shows.
@Suite struct ServiceExampleTests {
    /// Makes the call that an example is about; gives the result as JSON.
    typealias Call = @Sendable (HTTPServiceClient, Example) async throws -> [UInt8]

    private struct Moment: Decodable {
        var order: OrderKey?
        var invoice: InvoiceKey?
        var employee: EmployeeKey?
        var time: Date
    }

    private static func read<Value: Decodable>(_ example: Example, as: Value.Type = Value.self) throws -> Value {
        try Example.value(of: example.service, example.operation, as: Value.self)
    }

    private static func json(_ value: some Encodable) throws -> [UInt8] { try PayloadConverter.payload(value).data }

    private static func numbered(_ number: String?) throws -> [UInt8] { try json(["number": number]) }

    private static func items(_ values: [some Encodable]) throws -> [UInt8] { try json(["items": values]) }

    private static func order(
        _ call: @escaping @Sendable (HTTPServiceClient, OrderKey, Date) async throws -> [UInt8]
    ) -> Call {
        { client, example in
            let moment: Moment = try read(example)
            return try await call(client, try #require(moment.order), moment.time)
        }
    }

    private static func invoice(
        _ call: @escaping @Sendable (HTTPServiceClient, InvoiceKey, Date) async throws -> Void
    ) -> Call {
        { client, example in
            let moment: Moment = try read(example)
            try await call(client, try #require(moment.invoice), moment.time)
            return []
        }
    }

    private static func give(
        _ call: @escaping @Sendable (HTTPServiceClient, EmployeeRequest) async throws -> Provision
    ) -> Call {
        { client, example in try json(try await call(client, try read(example))) }
    }

    private static func take(
        _ call: @escaping @Sendable (HTTPServiceClient, EmployeeKey, Date) async throws -> Void
    ) -> Call {
        { client, example in
            let moment: Moment = try read(example)
            try await call(client, try #require(moment.employee), moment.time)
            return []
        }
    }

    private static let lookUps: [String: Call] = [
        "MASTER_DATA GET /vendors/{id}": { client, _ in
            try json(try await HTTPVendorService(client).vendor("V-1", in: "default"))
        },
        "AUTH GET /users/{id}": { client, _ in
            try json(try await HTTPDirectoryService(client).user("karim", in: "default"))
        },
        "AUTH GET /users": { client, _ in
            try items(try await HTTPDirectoryService(client).users(with: "finance", in: "default"))
        },
        "NOTIFICATION POST /notifications": { client, example in
            struct Sent: Decodable { var items: [NotificationMessage] }
            let sent: Sent = try read(example)
            try await HTTPNotificationService(client).send(sent.items)
            return []
        },
        "NOTIFICATION GET /notifications/{key}": { client, example in
            let key = "run-1/order_completed/rahim"
            let wasSent = try await HTTPNotificationService(client).wasSent(key, in: "default")
            #expect(wasSent)
            return example.response
        },
        "NOTIFICATION GET /notifications": { client, _ in
            try items(try await HTTPNotificationService(client).outbox(of: "default"))
        },
        "AUDIT POST /entries": { client, example in
            try await HTTPAuditService(client).record(try read(example))
            return []
        },
        "AUDIT GET /entries": { client, _ in try items(try await HTTPAuditService(client).entries(of: "default")) },
        "AUDIT GET /verification": { client, _ in try items(try await HTTPAuditService(client).verify("default")) },
    ]

    private static let books: [String: Call] = [
        "BUDGET POST /order-reservations": { client, example in
            try json(try await HTTPBudgetService(client).reserve(try read(example)))
        },
        "BUDGET POST /order-reservations/commit": order { client, order, time in
            try await HTTPBudgetService(client).commit(order, at: time)
            return []
        },
        "BUDGET POST /order-reservations/release": order { client, order, time in
            try await HTTPBudgetService(client).release(order, at: time)
            return []
        },
        "BUDGET GET /budgets": { client, _ in try items(try await HTTPBudgetService(client).budgets(of: "default")) },
        "BUDGET POST /invoice-charges": { client, example in
            try json(try await HTTPInvoiceBudgetService(client).reserve(try read(example)))
        },
        "BUDGET POST /invoice-charges/spend": invoice { try await HTTPInvoiceBudgetService($0).spend($1, at: $2) },
        "BUDGET POST /invoice-charges/release": invoice { try await HTTPInvoiceBudgetService($0).release($1, at: $2) },
        "PURCHASING POST /purchase-orders": { client, example in
            try numbered(try await HTTPPurchasingService(client).create(try read(example)))
        },
        "PURCHASING POST /purchase-orders/cancel": order { client, order, time in
            try numbered(try await HTTPPurchasingService(client).cancel(order, at: time))
        },
        "PURCHASING GET /purchase-orders": { client, _ in
            try items(try await HTTPPurchasingService(client).orders(of: "default"))
        },
        "INVOICE POST /invoices": { client, example in
            try json(try await HTTPInvoiceService(client).register(try read(example)))
        },
        "INVOICE POST /invoices/match": { client, example in
            try json(try await HTTPInvoiceService(client).match(try read(example)))
        },
        "INVOICE POST /invoices/approve": invoice { try await HTTPInvoiceService($0).approve($1, at: $2) },
        "INVOICE POST /invoices/end": { client, example in
            try await HTTPInvoiceService(client).end(try read(example))
            return []
        },
        "INVOICE GET /invoices": { client, _ in
            try items(try await HTTPInvoiceService(client).invoices(of: "default"))
        },
        "PAYMENT POST /payments": { client, example in
            try numbered(try await HTTPPaymentService(client).create(try read(example)))
        },
        "PAYMENT GET /payments": { client, _ in
            try items(try await HTTPPaymentService(client).payments(of: "default"))
        },
        "PAYMENT POST /certificates": { client, example in
            try numbered(try await HTTPWithholdingService(client).issue(try read(example)))
        },
        "PAYMENT GET /certificates": { client, _ in
            let period = try #require(FiscalPeriod("FY2026-27-P05"))
            return try items(try await HTTPWithholdingService(client).certificates(of: "default", in: period))
        },
        "PAYMENT GET /certificates/totals": { client, _ in
            let period = try #require(FiscalPeriod("FY2026-27-P05"))
            return try items(try await HTTPWithholdingService(client).totals(of: "default", in: period))
        },
        "LEDGER POST /entries": { client, example in
            try numbered(try await HTTPLedgerService(client).post(try read(example)))
        },
        "LEDGER GET /entries": { client, _ in try items(try await HTTPLedgerService(client).entries(of: "default")) },
        "LEDGER GET /balances": { client, _ in
            try items(try await HTTPLedgerService(client).balances(of: "default"))
        },
    ]

    private static let people: [String: Call] = [
        "IDENTITY POST /accounts": give { try await HTTPIdentityService($0).createAccount($1) },
        "IDENTITY POST /accounts/disable": take { try await HTTPIdentityService($0).disableAccount($1, at: $2) },
        "IDENTITY POST /mailboxes": give { try await HTTPIdentityService($0).createMailbox($1) },
        "IDENTITY POST /mailboxes/close": take { try await HTTPIdentityService($0).closeMailbox($1, at: $2) },
        "ASSET POST /workstations/assign": give { try await HTTPAssetService($0).assignWorkstation($1) },
        "ASSET POST /workstations/return": take { try await HTTPAssetService($0).returnWorkstation($1, at: $2) },
        "ACCESS POST /badges/issue": give { try await HTTPAccessService($0).issueBadge($1) },
        "ACCESS POST /badges/revoke": take { try await HTTPAccessService($0).revokeBadge($1, at: $2) },
        "BENEFITS POST /enrolments": give { try await HTTPBenefitsService($0).enrol($1) },
        "BENEFITS POST /enrolments/end": take { try await HTTPBenefitsService($0).endBenefits($1, at: $2) },
        "CALENDAR POST /orientations/book": give { try await HTTPOrientationService($0).bookOrientation($1) },
        "CALENDAR POST /orientations/cancel": take {
            try await HTTPOrientationService($0).cancelOrientation($1, at: $2)
        },
        "MENTORING POST /mentorships": give { try await HTTPMentoringService($0).assignMentor($1) },
        "MENTORING POST /mentorships/end": take { try await HTTPMentoringService($0).endMentoring($1, at: $2) },
    ]

    @Test func `every operation has an example, and every example an operation`() {
        let operations: [RemoteService: [HTTPOperation]] = [
            .masterData: HTTPVendorService.operations, .auth: HTTPDirectoryService.operations,
            .notification: HTTPNotificationService.operations,
            .budget: HTTPBudgetService.operations + HTTPInvoiceBudgetService.operations,
            .purchasing: HTTPPurchasingService.operations, .invoice: HTTPInvoiceService.operations,
            .payment: HTTPPaymentService.operations + HTTPWithholdingService.operations,
            .ledger: HTTPLedgerService.operations, .identity: HTTPIdentityService.operations,
            .asset: HTTPAssetService.operations, .access: HTTPAccessService.operations,
            .benefits: HTTPBenefitsService.operations, .calendar: HTTPOrientationService.operations,
            .mentoring: HTTPMentoringService.operations, .audit: HTTPAuditService.operations,
        ]
        #expect(Set(operations.keys) == Set(RemoteService.allCases))
        let named = operations.flatMap { service, all in all.map { "\(service.rawValue) \($0)" } }.sorted()
        #expect(named == Example.all.map { "\($0.service) \($0.operation)" }.sorted())
    }

    @Test(arguments: Example.all.map { "\($0.service) \($0.operation)" })
    func `a service is asked as the page says, and its answer is understood`(name: String) async throws {
        let example = try #require(Example.all.first { "\($0.service) \($0.operation)" == name })
        let call = try #require(Self.lookUps[name] ?? Self.books[name] ?? Self.people[name])
        let reply: LocalService.Reply =
            example.response.isEmpty ? .answer(204, "") : .json(String(decoding: example.response, as: UTF8.self))
        try await withService({ _ in reply }) { service in
            let result = try await inActivity { try await call(try client(service), example) }
            #expect(Example.isSame(result, example.response), "\(String(decoding: result, as: UTF8.self))")
            let request = try #require(service.requests.first)
            #expect(service.requests.count == 1)
            #expect(request.line == example.line)
            #expect(Example.isSame(request.body, example.request), "\(String(decoding: request.body, as: UTF8.self))")
            #expect(request.headers["x-tenant-id"] == "default")
        }
    }
}

import Foundation
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

/// A company's books with an environment in which its invoices run while time is skipped.
struct Payables: Sendable {
    let books: Books
    let environment: TimeSkippingEnvironment

    init(
        seed: SeedFile = Books.seed,
        replaced: [ActivityRegistration] = [],
        cacheRuns: Bool = false
    ) async throws {
        books = try await Books(seed: seed)
        let names = Set(replaced.map(\.name))
        let activities = ERPPack.activities(books.database).flatMap(\.activities).filter { !names.contains($0.name) }
        environment = try await books.home.environment(
            activities: activities + replaced,
            cacheRuns: cacheRuns,
            clock: ManualEngineClock(
                start: Timestamp(nanoseconds: Int64(Books.time.timeIntervalSince1970) * 1_000_000_000)
            )
        )
    }

    func close() { books.close() }

    /// Makes a namespace, unless the database needed it before.
    func makeNamespace(_ name: Namespace) async throws {
        do {
            try await environment.client.service.createNamespace(name, retention: nil)
        } catch let error as WorkflowServiceError where error.code == .alreadyStarted {}
    }

    /// A seed with another policy.
    static func seed(_ change: (inout SeedNamespace) -> Void) -> SeedFile {
        var seed = Books.seed
        change(&seed.namespaces[0])
        return seed
    }

    func start(_ input: InvoiceInput, id: String? = nil) async throws -> WorkflowHandle<InvoiceApproval> {
        try await environment.client.start(
            InvoiceApproval.self,
            id: WorkflowID(id ?? input.invoiceId),
            taskQueue: environment.taskQueue,
            input: input
        )
    }

    /// Starts it and lets it come as far as it comes by itself.
    func waiting(_ input: InvoiceInput, id: String? = nil) async throws -> WorkflowHandle<InvoiceApproval> {
        let handle = try await start(input, id: id)
        try await environment.settle()
        return handle
    }

    func result(_ handle: WorkflowHandle<InvoiceApproval>) async throws -> InvoiceResult {
        try await environment.result(of: handle)
    }

    func result(_ input: InvoiceInput, id: String? = nil) async throws -> InvoiceResult {
        try await result(try await start(input, id: id))
    }

    /// Approves as these people, one after the other.
    func approve(_ handle: WorkflowHandle<InvoiceApproval>, _ people: String...) async throws {
        for person in people {
            try await handle.signal(\.approve, ApprovalSignal(approver: person))
            try await environment.settle()
        }
    }

    var outbox: [NotificationMessage] {
        get async throws { try await SQLNotificationService(database: books.database).outbox(of: "default") }
    }

    /// Who was told what, without the requests for approval.
    var news: [String] {
        get async throws {
            try await outbox.filter { $0.kind.hasPrefix("invoice") }.map { "\($0.kind) \($0.recipient)" }
        }
    }

    var audit: [AuditEntry] {
        get async throws { try await SQLAuditService(database: books.database).entries(of: "default") }
    }

    var days: Double {
        let passed = environment.clock.now().nanoseconds / 1_000_000_000 - Int64(Books.time.timeIntervalSince1970)
        return Double(passed) / 86_400
    }

    var states: [String] {
        get async throws {
            try await books.invoices.invoices(of: "default").map { "\($0.invoice.invoiceId) \($0.state.rawValue)" }
        }
    }
}

package import Database
import Foundation
public import WorkflowRuntime

/// What an invoice does outside of its workflow. Every activity is idempotent by its business key: doing it again changes
/// nothing. Its approvals need ``ApprovalActivities`` besides.
public struct InvoiceActivities: ActivityContainer {
    static let prepare = ActivityDescriptor<InvoicePreparationRequest, InvoicePreparation>("prepareInvoice")
    static let register = ActivityDescriptor<InvoiceRegistration, InvoiceAnswer>("registerInvoice")
    static let match = ActivityDescriptor<MatchRequest, OrderMatch>("matchInvoice")
    static let reserveBudget = ActivityDescriptor<InvoiceBudgetRequest, BudgetAnswer>("reserveInvoiceBudget")
    static let releaseBudget = ActivityDescriptor<InvoiceStep, NoValue>("releaseInvoiceBudget")
    static let post = ActivityDescriptor<InvoicePostingRequest, InvoicePosting>("postInvoice")
    static let end = ActivityDescriptor<InvoiceEnding, NoValue>("endInvoice")
    static let notify = ActivityDescriptor<InvoiceNotice, NoValue>("notifyAboutInvoice")
    static let recordAudit = ActivityDescriptor<AuditEntry, NoValue>("recordInvoiceAudit")

    /// All of them, under the names that histories record.
    public let activities: [ActivityRegistration]

    /// Activities over services of your own.
    public init(
        terms: any InvoiceTermsService,
        vendors: any VendorService,
        directory: any DirectoryService,
        invoices: any InvoiceService,
        budget: any InvoiceBudgetService,
        postings: any InvoicePostingService,
        notifications: any NotificationService,
        audit: any AuditService
    ) {
        self.init(
            terms: terms,
            vendors: vendors,
            directory: directory,
            invoices: invoices,
            budget: budget,
            postings: postings,
            notifications: notifications,
            audit: audit,
            inspect: EncryptionRequirement.none
        )
    }

    /// The same with a look at the input of each run, before anything is asked about it.
    init(
        terms: any InvoiceTermsService,
        vendors: any VendorService,
        directory: any DirectoryService,
        invoices: any InvoiceService,
        budget: any InvoiceBudgetService,
        postings: any InvoicePostingService,
        notifications: any NotificationService,
        audit: any AuditService,
        inspect: @escaping EncryptionRequirement.Inspection
    ) {
        activities = [
            Self.preparing(terms, vendors, directory, inspect),
            ActivityRegistration(Self.register) { try await invoices.register($0) },
            ActivityRegistration(Self.match) { try await invoices.match($0) },
            ActivityRegistration(Self.reserveBudget) { try await budget.reserve($0) },
            ActivityRegistration(Self.releaseBudget) { step in
                try await budget.release(step.invoice, at: step.time)
                return NoValue()
            },
            ActivityRegistration(Self.post) { try await postings.post($0) },
            ActivityRegistration(Self.end) { ending in
                try await invoices.end(ending)
                return NoValue()
            },
            ActivityRegistration(Self.notify) { notice in
                var people: [DirectoryUser] = []
                if let message = notice.toRole, let role = notice.role {
                    people = try await directory.users(with: role, in: message.tenant)
                }
                try await notifications.send(notice.messages(to: people))
                return NoValue()
            },
            ActivityRegistration(Self.recordAudit) { entry in
                try await audit.record(entry)
                return NoValue()
            },
        ]
    }

    /// Activities over the tables in the engine's own file: what changes something is an exactly-once step.
    package init(database: any ApplicationDatabase) {
        activities = [
            Self.preparing(
                SQLInvoiceTermsService(database: database),
                SQLVendorService(database: database),
                SQLDirectoryService(database: database),
                EncryptionRequirement.inspection(of: database)
            ),
            ActivityRegistration(Self.register, transactional: { try SQLInvoiceService.register($0, in: $1) }),
            ActivityRegistration(Self.match, transactional: { try SQLInvoiceService.match($0, in: $1) }),
            ActivityRegistration(
                Self.reserveBudget,
                transactional: { try SQLInvoiceBudgetService.reserve($0, in: $1) }
            ),
            ActivityRegistration(
                Self.releaseBudget,
                transactional: { step, tx in
                    try SQLInvoiceBudgetService.release(step.invoice, at: step.time, in: tx)
                    return NoValue()
                }
            ),
            ActivityRegistration(Self.post, transactional: { try SQLInvoicePosting.post($0, in: $1) }),
            ActivityRegistration(
                Self.end,
                transactional: { ending, tx in
                    try SQLInvoiceService.end(ending, in: tx)
                    return NoValue()
                }
            ),
            ActivityRegistration(
                Self.notify,
                transactional: { notice, tx in
                    var people: [DirectoryUser] = []
                    if let message = notice.toRole, let role = notice.role {
                        people = try SQLDirectoryService.users(with: role, of: message.tenant, in: tx)
                    }
                    try SQLNotificationService.send(notice.messages(to: people), in: tx)
                    return NoValue()
                }
            ),
            ActivityRegistration(
                Self.recordAudit,
                transactional: { entry, tx in
                    try SQLAuditService.record(entry, in: tx)
                    return NoValue()
                }
            ),
        ]
    }

    private static func preparing(
        _ terms: any InvoiceTermsService,
        _ vendors: any VendorService,
        _ directory: any DirectoryService,
        _ inspect: @escaping EncryptionRequirement.Inspection
    ) -> ActivityRegistration {
        ActivityRegistration(prepare) { request in
            try await inspect(request.runId, request.startedTime)
            return InvoicePreparation(
                terms: try await terms.invoiceTerms(of: request.tenant, at: request.startedTime ?? .distantFuture),
                vendor: try await vendors.vendor(request.vendorId, in: request.tenant),
                submitter: try await directory.user(request.submittedBy, in: request.tenant)
            )
        }
    }
}

extension InvoiceNotice {
    /// Those to certain people, and one to each of the others who is not among them.
    fileprivate func messages(to people: [DirectoryUser]) -> [NotificationMessage] {
        let told = Set(messages.map(\.recipient))
        return messages
            + people.filter { !told.contains($0.id) }.compactMap { person in
                guard var message = toRole else { return nil }
                message.key += "/\(person.id)"
                message.recipient = person.id
                message.address = person.email
                return message
            }
    }
}

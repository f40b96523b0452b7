import Database
import ERPWorkflows
import Foundation
import History
import Logging
import Testing
import WorkflowAPI
import WorkflowRuntime

/// Orders, their invoices, others' invoices and onboardings on one file whose worker is killed again and again.
@Suite(.serialized) struct KillTests {
    private static let orders = 120
    private static let invoices = 60
    private static let newcomers = 20
    private static let kills = 20

    @Test(.timeLimit(.minutes(5)))
    func
        `two hundred workflows and the invoices of what was ordered finish, each effect once, although the worker is killed at any moment`()
        async throws
    {
        let seed = UInt64.random(in: 0 ... .max)
        print("kill test: seed \(seed)")
        let company = try await KilledCompany(seed: seed)
        defer { company.remove() }
        try await company.startOrders(Self.orders)
        try await company.startInvoices(Self.invoices)
        try await company.startOnboardings(Self.newcomers)
        let (killed, starts) = try await company.work(through: Self.kills)
        print(
            "kill test: \(killed) of \(starts) workers killed at work, \(company.acknowledged.count) signals acknowledged"
        )
        #expect(killed >= Self.kills)
        try await company.expectEverythingFinished()
        try await company.expectBooksInOrder()
        try await company.expectPeopleInOrder()
        try await company.expectEveryEndToldOnce()
        try await company.expectEverySignalOnce()
        try await company.expectHistoriesReplay()
        await company.engine.close()
    }
}

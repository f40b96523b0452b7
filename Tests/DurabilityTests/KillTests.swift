import Database
import ERPWorkflows
import Foundation
import History
import Logging
import Testing
import WorkflowAPI
import WorkflowRuntime

/// Two hundred orders on one file whose worker is killed again and again.
@Suite(.serialized) struct KillTests {
    private static let orders = 200
    private static let kills = 24

    @Test(.timeLimit(.minutes(5)))
    func `two hundred orders finish, each effect once, although the worker is killed at any moment`() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("kill test: seed \(seed)")
        let company = try await KilledCompany(seed: seed)
        defer { company.remove() }
        try await company.startOrders(Self.orders)
        let killed = try await company.work(through: Self.kills)
        print("kill test: \(killed) kills, \(company.acknowledged.count) signals acknowledged")
        #expect(killed >= 20)
        try await company.expectEverythingFinished()
        try await company.expectBooksInOrder()
        try await company.expectEverySignalOnce()
        await company.engine.close()
    }
}

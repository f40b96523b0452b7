import Foundation
import History
import Testing
import WorkflowAPI

@Suite(.serialized) struct HistoryChainTests {
    private static func keys(_ ids: String..., active: String) throws -> HistoryKeys {
        let bytes = ids.map { id in (id, Array(repeating: UInt8(id.utf8.first ?? 0), count: HistoryKeys.keyBytes)) }
        return try HistoryKeys(Dictionary(bytes) { first, _ in first }, activeID: active)
    }

    private func withStore(_ keys: HistoryKeys?, _ body: (DamagedStore) async throws -> Void) async throws {
        let store = try await DamagedStore(keys: keys)
        do {
            try await body(store)
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }

    @Test func `a keyed link names its key, and no other key makes it`() throws {
        let run: RunID = "run-1"
        let a = try Self.keys("a", active: "a")
        let plain = HistoryChain.link(after: [], run, firstEventID: 1, [1, 2], keys: nil)
        let keyed = HistoryChain.link(after: [], run, firstEventID: 1, [1, 2], keys: a)
        #expect(plain.count == 32 && HistoryChain.keyID(of: plain) == nil)
        #expect(HistoryChain.keyID(of: keyed) == "a")
        func verdict(_ link: [UInt8], _ bytes: [UInt8], _ keys: HistoryKeys?) -> HistoryChain.Verdict {
            HistoryChain.verdict(on: HistoryRow(firstEventID: 1, bytes: bytes, link: link), after: [], run, keys: keys)
        }
        #expect(verdict(plain, [1, 2], nil) == .holds)
        #expect(verdict(plain, [1, 3], nil) == .broken)
        #expect(verdict(keyed, [1, 2], a) == .holdsKeyed)
        #expect(verdict(keyed, [1, 3], a) == .broken)
        #expect(verdict(keyed, [1, 2], nil) == .missingKey("a"))
        #expect(verdict(keyed, [1, 2], try Self.keys("b", active: "b")) == .missingKey("a"))
        #expect(verdict(keyed, [1, 2], try Self.keys("a", "b", active: "b")) == .holdsKeyed)
        for link in [[], [1], [1, 200] + plain, Array(keyed.dropLast())] {
            #expect(verdict(link, [1, 2], a) == .broken)
        }
        #expect(throws: HistoryKeys.Refusal.self) { try HistoryKeys(["a": [1]], activeID: "a") }
        #expect(throws: HistoryKeys.Refusal.self) { try Self.keys("a", active: "b") }
        #expect(!"\(a)".contains("97"))
    }

    @Test func `whoever edits a store without the key is found, though he chains anew`() async throws {
        let keys = try Self.keys("a", active: "a")
        try await withStore(keys) { store in
            try await store.fill()
            let verification = StoreVerification(keys: keys, requiresKey: true)
            #expect(try await store.problems(verification) == [])
            #expect(try await store.problems() == [], "what cannot be checked is no problem")
            try await store.rewrite("done") { events in
                guard case .workflowExecutionStarted(var started) = events[0].attributes else { return }
                started.identity = "somebody else"
                events[0].attributes = .workflowExecutionStarted(started)
            }
            #expect(try await store.problems() == [], "without the key nobody can tell")
            let found = try await store.problems(verification)
            #expect(found.map(\.kind) == [.chain])
            #expect(found.first?.eventID == 1 && found.first?.execution?.workflowID == "done")
            #expect(found.first?.what == "was written without the key of the chain")
        }
    }

    @Test func `a run may begin without a key and go on with one, but not the other way round unnoticed`() async throws
    {
        let keys = try Self.keys("a", "b", active: "b")
        try await withStore(nil) { store in
            try await store.harness.start("order-1")
            let path = store.directory.appending(path: "workflow.db").path
            try await StoreOnFile.use(path, store.harness.clock, keys) { keyed in
                try await keyed.signal("news", "order-1")
            }
            var summary = try await StoreVerification(keys: keys).run(over: store.store) { Issue.record("\($0.line)") }
            #expect(summary.plainRows == 1 && summary.uncheckedRows.isEmpty)
            summary = try await StoreVerification().run(over: store.store) { Issue.record("\($0.line)") }
            #expect(summary.plainRows == 1 && summary.uncheckedRows == ["b": 1])
            try await store.harness.signal("more", "order-1")
            let found = try await store.problems(StoreVerification(keys: keys))
            #expect(found.map(\.eventID) == [4])
            #expect(found.first?.what == "was written without the key of the chain")
        }
    }
}

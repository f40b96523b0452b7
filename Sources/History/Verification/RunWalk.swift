import WorkflowAPI

/// Walks over the runs of a store, page by page, several at a time: nothing is kept of a run once it has been seen.
package struct RunWalk: Sendable {
    private let store: any HistoryAdministration
    private let filter: RunFilter
    private let extent: RunExtent
    private let jobs: Int

    /// How many runs are named at once.
    private static let pageSize = 256

    /// How many runs there are to see.
    package var count: Int { extent.count }

    /// A walk over the runs that there are now; `jobs` of them at a time.
    package init(over store: any HistoryAdministration, _ filter: RunFilter, jobs: Int) async throws {
        self.store = store
        self.filter = filter
        self.jobs = max(1, jobs)
        extent = try await store.extent(filter)
    }

    /// Calls `see` for each run in no particular order, and `collect` with what it answers, one after another, in order of
    /// key. Throws what they throw; what runs then is waited for.
    package func forEach<R: Sendable>(
        _ see: @escaping @Sendable (RunName) async throws -> R,
        collect: (R) async throws -> Void
    ) async throws {
        var last: Int64 = 0
        while last < extent.lastKey {
            let page = try await store.runs(filter, after: last, through: extent.lastKey, limit: RunWalk.pageSize)
            guard let end = page.last else { return }
            last = end.runKey
            try await walk(page, see, collect)
        }
    }

    private func walk<R: Sendable>(
        _ page: [RunName],
        _ see: @escaping @Sendable (RunName) async throws -> R,
        _ collect: (R) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: (Int, R).self) { group in
            var waiting: [Int: R] = [:]
            var next = 0
            func add() {
                guard next < page.count else { return }
                let (index, name) = (next, page[next])
                group.addTask { @concurrent in (index, try await see(name)) }
                next += 1
            }
            for _ in 0..<jobs { add() }
            var turn = 0
            while let (index, result) = try await group.next() {
                waiting[index] = result
                while let result = waiting.removeValue(forKey: turn) {
                    try await collect(result)
                    turn += 1
                }
                add()
            }
        }
    }
}

package import Database
package import WorkflowAPI

/// Carries what a store holds into another one: namespaces, the tables of other components, runs, and what waits in the inbox.
///
/// Nothing that stands in the destination is written over. What is there already and is the same counts as done, so that a
/// copy that was interrupted is begun again. Runs come whole, one transaction each, as `import` writes them (``RunImport`` says
/// what becomes of attempts that were under way); rows come a page at a time, in an order in which each finds what it refers
/// to. The tables come before the runs: what goes on finds what it has written.
package struct StoreCopy: Sendable {
    /// What was done, or in a rehearsal what would be.
    package struct Summary: Hashable, Sendable {
        /// Of things of one kind.
        package struct Count: Hashable, Sendable {
            /// Written now.
            package var copied = 0
            /// There already.
            package var present = 0

            /// Nothing, unless told otherwise.
            package init(copied: Int = 0, present: Int = 0) {
                self.copied = copied
                self.present = present
            }
        }

        /// Namespaces that were made.
        package var namespaces: [Namespace] = []
        /// By table, without the empty ones.
        package var tables: [String: Count] = [:]
        /// Closed and open.
        package var runs = Count()
        /// Of `runs`, those that are open.
        package var openRuns = 0
        /// Rows of the inbox.
        package var inbox = Count()
        /// Runs that were refused, and why.
        package var refused: [String] = []
    }

    /// A store, and the tables beside the engine's in the same database.
    package struct Side: Sendable {
        /// The engine's.
        package var store: any HistoryStore
        /// Those of others; nil in memory.
        package var tables: (any ApplicationDatabase)?

        package init(_ store: any HistoryStore, tables: (any ApplicationDatabase)?) {
            self.store = store
            self.tables = tables
        }
    }

    /// How many rows one transaction writes.
    private static let pageSize = 500

    private let source: Side
    private let destination: Side
    private let namespace: Namespace?
    private let isRehearsal: Bool

    /// A copy of everything, or of one tenant: then tables with a column `namespace` or `tenant` give its rows only, and others
    /// all of theirs. In a rehearsal nothing is written.
    package init(
        from source: Side,
        to destination: Side,
        namespace: Namespace? = nil,
        isRehearsal: Bool = false
    ) {
        self.source = source
        self.destination = destination
        self.namespace = namespace
        self.isRehearsal = isRehearsal
    }

    /// Throws ``WorkflowAPI/WorkflowServiceError`` when other processes work on the source: what they do meanwhile would be
    /// lost, and open runs would be carried on twice.
    package func refuseSourceAtWork() async throws {
        let count = try await source.store.processesAtWork()
        guard count == 0 else {
            throw WorkflowServiceError(
                .unavailable,
                "\(count == 1 ? "a worker runs" : "\(count) workers run") on the source: stop them first, or their work "
                    + "meanwhile is not copied and open runs go on in both stores (--force copies nevertheless)"
            )
        }
    }

    /// Does it. `progress` gets what is at work and how much of it is done. Throws ``WorkflowAPI/WorkflowServiceError`` before
    /// anything is written when the destination lacks tables; later over rows that are not the same; and what the stores
    /// throw. A run that cannot be copied is named in the summary, and the others go on.
    package func run(progress: (_ what: String, _ seen: Int, _ of: Int) -> Void = { _, _, _ in }) async throws
        -> Summary
    {
        var summary = Summary()
        let plan = try await tables()
        try await copyNamespaces(&summary)
        for (from, to) in plan { try await copy(from, to, &summary, progress) }
        try await copyRuns(&summary, progress)
        try await copyInbox(&summary)
        return summary
    }

    private func copyNamespaces(_ summary: inout Summary) async throws {
        let known = Set(try await destination.store.listNamespaces().map(\.namespace))
        let wanted = try await source.store.listNamespaces().filter { namespace ?? $0.namespace == $0.namespace }
        if let namespace, wanted.isEmpty { throw namespace.notFound }
        for found in wanted where !known.contains(found.namespace) {
            if !isRehearsal {
                try await destination.store.createNamespace(found.namespace, retention: found.retention)
            }
            summary.namespaces.append(found.namespace)
        }
        // The one that every store has keeps what it was told to keep.
        if !isRehearsal, let first = wanted.first(where: { $0.namespace == .default }), let kept = first.retention,
            try await destination.store.listNamespaces().first(where: { $0.namespace == .default })?.retention == nil
        {
            try await destination.store.setRetention(of: .default, to: kept)
        }
    }
}

// MARK: - Tables

extension StoreCopy {
    /// The tables of the source that hold something, each with that of the destination, in the order in which they are written.
    private func tables() async throws -> [(from: CopiedTable, to: CopiedTable)] {
        guard let from = source.tables else { return [] }
        var holding: [String: CopiedTable] = [:]
        for table in try await from.carrier.tables() where try await from.carrier.count(table, of: namespace) > 0 {
            holding[table.name] = table
        }
        guard !holding.isEmpty else { return [] }
        guard let to = destination.tables else {
            throw WorkflowServiceError(.unimplemented, "the destination has no tables for applications")
        }
        let missing = Set(try await from.storedVersions().map(\.component))
            .subtracting(try await to.storedVersions().map(\.component))
        guard missing.isEmpty else {
            throw lacking("tables of '\(missing.sorted().joined(separator: "', '"))'")
        }
        let there = try await to.carrier.tables()
        for (name, table) in holding.sorted(by: { $0.key < $1.key }) {
            guard let other = there.first(where: { $0.name == name }) else { throw lacking("table '\(name)'") }
            let unknown = Set(table.columns.map(\.name)).subtracting(other.columns.map(\.name))
            guard unknown.isEmpty else {
                throw lacking("column '\(unknown.sorted().joined(separator: "', '"))' of table '\(name)'")
            }
            guard !table.key.isEmpty else {
                throw WorkflowServiceError(
                    .unimplemented,
                    "table '\(name)' has no primary key: nobody could tell which of its rows are there already"
                )
            }
        }
        return try CopiedTable.ordered(there.filter { holding[$0.name] != nil }).compactMap { other in
            holding[other.name].map { ($0, other) }
        }
    }

    private func lacking(_ what: String) -> WorkflowServiceError {
        WorkflowServiceError(
            .notFound,
            "the destination has no \(what); run 'schema migrate' there with the program that the source's workers are"
        )
    }

    private func copy(
        _ table: CopiedTable,
        _ other: CopiedTable,
        _ summary: inout Summary,
        _ progress: (String, Int, Int) -> Void
    ) async throws {
        guard let from = source.tables?.carrier, let to = destination.tables?.carrier else { return }
        let total = try await from.count(table, of: namespace)
        var count = Summary.Count()
        if isRehearsal {
            count.copied = total
        } else {
            count = try await carry(table, other, from, to) { progress(table.name, $0, total) }
            guard count.copied + count.present >= total else {
                throw WorkflowServiceError(
                    .invalidArgument,
                    "table '\(table.name)' has \(total) rows, of which \(count.copied + count.present) could be read in "
                        + "the order of its key"
                )
            }
            try await to.finish(other)
        }
        summary.tables[table.name] = count
    }

    private func carry(
        _ table: CopiedTable,
        _ other: CopiedTable,
        _ from: any TableCarrier,
        _ to: any TableCarrier,
        _ progress: (Int) -> Void
    ) async throws -> Summary.Count {
        var count = Summary.Count()
        var place: [StoreValue]?
        while true {
            let page = try await from.rows(table, of: namespace, after: place, limit: Self.pageSize)
            guard let last = page.last else { return count }
            let written = try await to.write(page, columns: table.columns.map(\.name), into: other)
            count.copied += written
            count.present += page.count - written
            progress(count.copied + count.present)
            place = last.place
        }
    }

    /// What waits is delivered by the destination's engines; what was refused is tried again there.
    private func copyInbox(_ summary: inout Summary) async throws {
        guard let from = source.tables?.carrier, let to = destination.tables?.carrier else { return }
        if isRehearsal {
            summary.inbox.copied = try await from.count(.inbox, of: namespace)
        } else {
            summary.inbox = try await carry(.inbox, .inbox, from, to) { _ in }
        }
    }
}

// MARK: - Runs

extension StoreCopy {
    private func copyRuns(_ summary: inout Summary, _ progress: (String, Int, Int) -> Void) async throws {
        let filter = RunFilter(namespace: namespace)
        let store = source.store
        let walk = try await RunWalk(over: store, filter, jobs: 2)
        var (seen, found) = (0, summary)
        try await walk.forEach { name -> Result<(run: RunExport, isOpen: Bool), WorkflowServiceError>? in
            do {
                return try await store.record(of: name.runKey).map {
                    .success((try RunExport($0), $0.state?.execution.status == .running))
                }
            } catch let refusal as WorkflowServiceError where refusal.code == .invalidArgument {
                return .failure(refusal)
            }
        } collect: { result in
            seen += 1
            progress("runs", seen, walk.count)
            guard let result else { return }
            do {
                let (export, isOpen) = try result.get()
                if try await copy(export, made: found.namespaces) {
                    found.runs.copied += 1
                } else {
                    found.runs.present += 1
                }
                if isOpen { found.openRuns += 1 }
            } catch let refusal as WorkflowServiceError where refusal.concernsOneRun {
                found.refused.append(refusal.message)
            }
        }
        summary = found
    }

    /// Answers false when the run is there already.
    private func copy(_ export: RunExport, made: [Namespace]) async throws -> Bool {
        do {
            if isRehearsal, made.contains(export.run.namespace) {
                // Its namespace is not there to be asked.
                _ = try RunImport(export, at: destination.store.now())
            } else {
                try await destination.store.importRun(export, isRehearsal: isRehearsal)
            }
            return true
        } catch let refusal as WorkflowServiceError where refusal.code == .alreadyStarted {
            guard try await isThere(export) else { throw refusal }
            return false
        }
    }

    /// The run is there, and has gone on from where the source is, or not at all.
    private func isThere(_ export: RunExport) async throws -> Bool {
        let target = RunTarget.run(export.run.namespace, export.run.execution)
        do {
            let events = try await destination.store.events(target, after: 0, through: .max)
            return Array(events.prefix(export.events.count)) == export.events
        } catch let refusal as WorkflowServiceError where refusal.code == .notFound {
            return false
        }
    }
}

extension WorkflowServiceError {
    /// The other runs have nothing to do with it.
    fileprivate var concernsOneRun: Bool { [.alreadyStarted, .invalidArgument, .limitExceeded].contains(code) }
}

extension WorkflowEngine {
    /// What is copied from it or to it.
    package var copied: StoreCopy.Side { StoreCopy.Side(embedded.store, tables: tables) }
}

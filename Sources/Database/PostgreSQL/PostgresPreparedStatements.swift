#if PostgreSQL
/// Which statements one connection has prepared, and under which names; those not used for longest give way.
///
/// A statement is prepared anew after 8 uses, 16, 32 and so on. The server keeps the plan that it made at the sixth use, when
/// the tables of a new database were as good as empty, until somebody has them analyzed, a minute later at the earliest: a
/// plan that read whole tables then would do so while they fill.
struct PostgresPreparedStatements {
    /// How to run a statement.
    enum Plan: Hashable {
        /// It is prepared.
        case ready(name: String)
        /// Prepare it first, with these types.
        case prepare(name: String, types: [UInt32])
    }

    private struct Entry {
        var name: String
        var types: [UInt32]
        var lastUse: Int
        /// How often the statement was used, under whatever name.
        var uses: Int

        /// It is prepared anew with the next use: after 8, 16, 32 and so on.
        var isAged: Bool { uses >= 8 && uses.nonzeroBitCount == 1 }

        func fits(_ wanted: [UInt32]) -> Bool {
            types.count == wanted.count && zip(types, wanted).allSatisfy { $1 == 0 || $0 == $1 }
        }
    }

    private var entries: [String: Entry] = [:]
    private var serial = 0
    private var uses = 0
    /// Names that the server still holds and nobody wants.
    private var unwanted: [String] = []
    /// Names of those that were prepared anew, which are taken back many at a time: that is a round trip.
    private var aged: [String] = []
    private static let agedAtOnce = 64
    let capacity: Int

    init(capacity: Int) { self.capacity = max(1, capacity) }

    /// How many are kept.
    var count: Int { entries.count }

    /// How to run `sql` with values of `types`, where 0 (a null) fits any.
    mutating func plan(_ sql: String, _ types: [UInt32]) -> Plan {
        uses += 1
        var wanted = types
        let known = entries[sql]
        if let known {
            if known.fits(types), !known.isAged {
                entries[sql]?.lastUse = uses
                entries[sql]?.uses += 1
                return .ready(name: known.name)
            }
            if known.isAged { aged.append(known.name) } else { unwanted.append(known.name) }
            // What was learned of the other places stays.
            if known.types.count == types.count {
                wanted = zip(types, known.types).map { $0 == 0 ? $1 : $0 }
            }
        }
        serial += 1
        let name = "w\(serial)"
        entries[sql] = Entry(name: name, types: wanted, lastUse: uses, uses: (known?.uses ?? 0) + 1)
        return .prepare(name: name, types: wanted)
    }

    /// The server did not prepare it after all.
    mutating func wasNotPrepared(_ sql: String, _ name: String) {
        if entries[sql]?.name == name { entries[sql] = nil }
        unwanted.removeAll { $0 == name }
        aged.removeAll { $0 == name }
    }

    /// Everything is to be prepared anew: what it refers to has changed.
    mutating func forgetAll() {
        unwanted += entries.values.map(\.name)
        entries = [:]
    }

    /// The server has forgotten everything by itself.
    mutating func reset() {
        entries = [:]
        unwanted = []
        aged = []
    }

    /// Names to take back from the server, each named once: those beyond the capacity too.
    mutating func takeUnwanted() -> [String] {
        if entries.count > capacity {
            let oldest = entries.sorted { $0.value.lastUse < $1.value.lastUse }.prefix(entries.count - capacity)
            for (sql, entry) in oldest {
                entries[sql] = nil
                unwanted.append(entry.name)
            }
        }
        if !unwanted.isEmpty || aged.count >= Self.agedAtOnce {
            unwanted += aged
            aged = []
        }
        defer { unwanted = [] }
        return unwanted
    }
}
#endif

#if PostgreSQL
/// Which statements one connection has prepared, and under which names; those not used for longest give way.
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

        func fits(_ wanted: [UInt32]) -> Bool {
            types.count == wanted.count && zip(types, wanted).allSatisfy { $1 == 0 || $0 == $1 }
        }
    }

    private var entries: [String: Entry] = [:]
    private var serial = 0
    private var uses = 0
    /// Names that the server still holds and nobody wants.
    private var unwanted: [String] = []
    let capacity: Int

    init(capacity: Int) { self.capacity = max(1, capacity) }

    /// How many are kept.
    var count: Int { entries.count }

    /// How to run `sql` with values of `types`, where 0 (a null) fits any.
    mutating func plan(_ sql: String, _ types: [UInt32]) -> Plan {
        uses += 1
        var wanted = types
        if let known = entries[sql] {
            if known.fits(types) {
                entries[sql]?.lastUse = uses
                return .ready(name: known.name)
            }
            unwanted.append(known.name)
            // What was learned of the other places stays.
            if known.types.count == types.count {
                wanted = zip(types, known.types).map { $0 == 0 ? $1 : $0 }
            }
        }
        serial += 1
        let name = "w\(serial)"
        entries[sql] = Entry(name: name, types: wanted, lastUse: uses)
        return .prepare(name: name, types: wanted)
    }

    /// The server did not prepare it after all.
    mutating func wasNotPrepared(_ sql: String, _ name: String) {
        if entries[sql]?.name == name { entries[sql] = nil }
        unwanted.removeAll { $0 == name }
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
        defer { unwanted = [] }
        return unwanted
    }
}
#endif

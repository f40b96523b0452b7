import Synchronization

/// What becomes of the schema of a database while this is in force, as a person asked for who migrates: components that are
/// prepared are brought up to date also where programs do not do that by themselves, and what was done is noted. In a
/// rehearsal nothing is changed, and what would be done is noted.
package final class SchemaJournal: Sendable {
    /// One thing that was done.
    package struct Entry: Hashable, Sendable {
        /// To whose tables.
        package let component: String
        /// The name of the step, or `create`.
        package let step: String
    }

    private struct State {
        var entries: [Entry] = []
        var known: [String: Int64] = [:]
    }

    /// The one that is in force for this task.
    @TaskLocal package static var current: SchemaJournal?

    /// Nothing is to be changed.
    package let isRehearsal: Bool
    /// Nothing is even tried: only what the program knows is noted.
    package let isLook: Bool
    private let state = Mutex(State())

    /// With `isLook` one that notes which versions the program knows, on PostgreSQL without a lock on any table.
    package init(isRehearsal: Bool, isLook: Bool = false) {
        self.isRehearsal = isRehearsal
        self.isLook = isLook
    }

    /// What was done so far, in order; in a rehearsal what would be.
    package var entries: [Entry] { state.withLock { $0.entries } }

    /// The versions that the program knows of the components that were prepared.
    package var known: [String: Int64] { state.withLock { $0.known } }

    /// Notes what was done to a component; the same once.
    package func note(_ component: SchemaComponent, _ steps: [String]) {
        state.withLock { state in
            state.known[component.name] = component.version
            for step in steps {
                let entry = Entry(component: component.name, step: step)
                if !state.entries.contains(entry) { state.entries.append(entry) }
            }
        }
    }
}

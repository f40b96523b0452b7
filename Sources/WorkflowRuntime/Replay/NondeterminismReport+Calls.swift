/// What a report is made of.
extension NondeterminismReport {
    /// Something that workflow code can ask for.
    public struct Call: Codable, Hashable, Sendable {
        /// What it asks for.
        public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
            /// An activity.
            case activity
            /// That an activity stops.
            case cancelActivity
            /// An activity in the worker itself.
            case localActivity
            /// A timer.
            case timer
            /// That a timer stops.
            case cancelTimer
            /// Which branch of a change to take.
            case patch
            /// Another note in the history.
            case marker
            /// The end of the run, with a result.
            case complete
            /// The end of the run, with a failure.
            case fail
            /// The end of the run, as canceled.
            case cancel
        }

        /// What it asks for.
        public var kind: Kind
        /// The id that the run gave it: of an activity, a timer, a patch.
        public var id: String?
        /// The registered name of an activity, the name of a marker.
        public var name: String?

        /// A call of its parts.
        public init(_ kind: Kind, id: String? = nil, name: String? = nil) {
            self.kind = kind
            self.id = id
            self.name = name
        }
    }

    /// A call that code and history agree on.
    public struct MatchedCall: Codable, Hashable, Sendable {
        /// The event that it made.
        public var eventID: Int64
        /// The call.
        public var call: Call
        /// Where it stands in the code; nil for an end of the run and for what follows from a cancellation.
        public var location: SourceLocation?
    }

    /// Where a call of `Workflow.patched` would go.
    public struct PatchPlace: Codable, Hashable, Sendable {
        /// On which side of a line.
        public enum Position: String, Codable, Hashable, Sendable {
            /// Around what stands there: the code asks for something that history does not have.
            case before
            /// What history has was asked for behind it, and is not any more.
            case after
        }

        /// On which side of the line.
        public var position: Position
        /// The line.
        public var location: SourceLocation
    }
}

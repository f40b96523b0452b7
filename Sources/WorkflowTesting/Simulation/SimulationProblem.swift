/// What was found wrong in a schedule.
public struct SimulationProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of trouble.
    public enum Kind: String, Hashable, Sendable {
        /// The invariant does not hold.
        case invariant
        /// The scenario threw.
        case scenario
        /// A run waits for something that will not come.
        case stuck
        /// Code of a workflow could not go on, or its history does not fit it.
        case workflowTask
        /// The engine refused what it should have taken.
        case engine
        /// It went on and on.
        case endless
    }

    /// What kind of trouble.
    public var kind: Kind
    /// One line for people.
    public var message: String

    /// The message.
    public var description: String { message }
}

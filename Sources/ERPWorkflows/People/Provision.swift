/// What an employee was given, or why a person has to see to it: nothing is ever made up.
public struct Provision: Codable, Hashable, Sendable {
    /// What was given, as people read it: a user name, an asset tag, a badge number.
    public var given: String?
    /// Why nothing could be given, a few words for people.
    public var problem: String?

    /// This was given.
    public static func given(_ what: String) -> Provision { Provision(given: what) }

    /// Nothing could be given.
    public static func problem(_ why: String) -> Provision { Provision(problem: why) }
}

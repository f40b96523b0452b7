public import Foundation

/// An employee as the books know them.
public struct EmployeeRecord: Codable, Hashable, Sendable {
    /// How it stands with an employee.
    public enum State: String, Codable, Hashable, Sendable {
        /// A run sees to what they need.
        case onboarding
        /// Onboarding has come to its end.
        case active
        /// The offer was withdrawn, or onboarding failed; the id is free again.
        case withdrawn
    }

    /// Who, and which run works on it.
    public var employee: EmployeeKey
    /// How it stands.
    public var state: State
    /// The name.
    public var name: String
    /// The mail address that they gave.
    public var email: String
    /// The mobile number, `01XXXXXXXXX`.
    public var phone: String
    /// The last digits of the national id; the whole number is in no table.
    public var maskedNID: String
    /// The department.
    public var department: String
    /// What they are hired as.
    public var position: String
    /// Their first day.
    public var startDate: LocalDate
    /// Whom they report to.
    public var managerId: String
    /// Who in HR looks after them.
    public var hrManagerId: String
    /// Where they work.
    public var location: String
    /// When the record was made, in event time.
    public var time: Date
}

public import Foundation

/// Asks for something that an employee is to be given. It says no more about the employee than services need: no national
/// id, no telephone number.
public struct EmployeeRequest: Codable, Hashable, Sendable {
    /// For whom, and by which run.
    public var employee: EmployeeKey
    /// The name.
    public var name: String
    /// The department.
    public var department: String
    /// Where they work.
    public var location: String
    /// Whom they report to.
    public var managerId: String
    /// Their first day.
    public var startDate: LocalDate
    /// The person on whose word it is given; nil when the system does it on its own.
    public var by: String?
    /// When the run was started: by what the tenant had set until then it goes. Nil goes by what is set now.
    public var startedTime: Date?
    /// When, in event time.
    public var time: Date

    /// A request of its parts.
    public init(
        employee: EmployeeKey,
        name: String,
        department: String,
        location: String,
        managerId: String,
        startDate: LocalDate,
        by: String? = nil,
        startedTime: Date? = nil,
        time: Date
    ) {
        self.employee = employee
        self.name = name
        self.department = department
        self.location = location
        self.managerId = managerId
        self.startDate = startDate
        self.by = by
        self.startedTime = startedTime
        self.time = time
    }
}

public import Foundation

/// Mentors: colleagues of a department who look after new ones.
public protocol MentoringService: Sendable {
    /// Assigns a mentor of the department, once: whoever has the fewest at present, the first by user id among equals, never
    /// the manager, never the employee. Gives the user id. Refused after ``endMentoring(_:at:)`` of the same run.
    func assignMentor(_ request: EmployeeRequest) async throws -> Provision
    /// Ends it, and keeps one from still being assigned.
    func endMentoring(_ employee: EmployeeKey, at time: Date) async throws
}

public import Foundation

/// Enrols employees in the benefit plans of their company.
public protocol BenefitsService: Sendable {
    /// Enrols in every plan that is for all employees, once each, on the word of the request's person; gives their names. A
    /// company without such plans is no problem: then the person alone vouches for it.
    func enrol(_ request: EmployeeRequest) async throws -> Provision
    /// Ends every enrolment that the run has made.
    func endBenefits(_ employee: EmployeeKey, at time: Date) async throws
}

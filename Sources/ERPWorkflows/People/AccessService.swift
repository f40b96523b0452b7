public import Foundation

/// Badges that open doors: `B-00001`, unique per tenant, without gaps, never used again.
public protocol AccessService: Sendable {
    /// Issues a badge, once; gives its number. Refused after ``revokeBadge(_:at:)`` of the same run.
    func issueBadge(_ request: EmployeeRequest) async throws -> Provision
    /// Revokes it, and keeps one from still being issued.
    func revokeBadge(_ employee: EmployeeKey, at time: Date) async throws
}

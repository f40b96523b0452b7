import Database
import Foundation
import WorkflowAPI
import WorkflowRuntime

extension SeedLoader {
    /// Writes what a tenant has for its employees, in the transaction of the rest. Throws a refusal for a mentor who is no
    /// user, and for a room that has fewer seats than are taken.
    static func write(
        _ people: SeedPeople,
        _ tenant: String,
        at time: Date,
        in tx: any StoreTransaction
    ) throws {
        if let domain = people.mailDomain {
            try tx.execute(
                """
                INSERT INTO erp_mail_domain (tenant, domain) VALUES (?, ?)
                ON CONFLICT (tenant) DO UPDATE SET domain = excluded.domain
                """,
                [.text(tenant), .text(domain)]
            )
        }
        for station in people.workstations ?? [] {
            try tx.execute(
                """
                INSERT INTO erp_workstation (tenant, asset_tag, model, location, is_in_service) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (tenant, asset_tag) DO UPDATE SET model = excluded.model, location = excluded.location,
                is_in_service = excluded.is_in_service
                """,
                [
                    .text(tenant), .text(station.tag), .text(station.model), .text(station.location),
                    .integer(station.inService ?? true ? 1 : 0),
                ]
            )
        }
        for plan in people.benefitPlans ?? [] {
            try tx.execute(
                """
                INSERT INTO erp_benefit_plan (tenant, plan_id, name, is_standard) VALUES (?, ?, ?, ?)
                ON CONFLICT (tenant, plan_id) DO UPDATE SET name = excluded.name, is_standard = excluded.is_standard
                """,
                [.text(tenant), .text(plan.id), .text(plan.name), .integer(plan.standard ?? true ? 1 : 0)]
            )
        }
        for room in people.rooms ?? [] {
            try tx.execute(
                """
                INSERT INTO erp_room (tenant, room_id, location, seats) VALUES (?, ?, ?, ?)
                ON CONFLICT (tenant, room_id) DO UPDATE SET location = excluded.location, seats = excluded.seats
                """,
                [.text(tenant), .text(room.id), .text(room.location), .integer(Int64(room.seats))]
            )
        }
        if let mentors = people.mentors { try write(mentors, tenant, in: tx) }
        if let policy = people.onboardingPolicy {
            try SQLPolicyService.store(policy, as: .onboarding, of: tenant, at: time, in: tx)
        }
    }

    private static func write(_ mentors: [SeedMentor], _ tenant: String, in tx: any StoreTransaction) throws {
        try tx.execute("DELETE FROM erp_mentor WHERE tenant = ?", [.text(tenant)])
        for mentor in mentors {
            guard try SQLDirectoryService.user(mentor.user, of: tenant, in: tx) != nil else {
                throw WorkflowServiceError(
                    .invalidArgument,
                    "mentors of '\(tenant.clipped(to: 20))': there is no user '\(mentor.user.clipped(to: 20))'"
                )
            }
            try tx.execute(
                "INSERT INTO erp_mentor (tenant, user_id, department) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                [.text(tenant), .text(mentor.user), .text(mentor.department)]
            )
        }
    }
}

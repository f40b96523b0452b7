import Foundation

/// Deputyships of one service with the people of another: for a directory that is not in the engine's own file.
struct DirectoryDeputies: DeputyService {
    let deputyships: any DeputyService
    let directory: any DirectoryService

    func delegators(of deputy: String, at moment: Date, in tenant: String) async throws -> [Delegator] {
        try await others(\.user, at: moment, in: tenant) { $0.deputy == deputy }
    }

    func deputies(of person: String, at moment: Date, in tenant: String) async throws -> [Delegator] {
        try await others(\.deputy, at: moment, in: tenant) { $0.user == person }
    }

    func delegate(_ deputyship: Deputyship, by actor: String, at time: Date) async throws {
        try await deputyships.delegate(deputyship, by: actor, at: time)
    }

    func deputyships(of tenant: String) async throws -> [Deputyship] {
        try await deputyships.deputyships(of: tenant)
    }

    /// The active people at the other end of those deputyships that hold on a day, by id and role.
    private func others(
        _ person: (Deputyship) -> String,
        at moment: Date,
        in tenant: String,
        where isMeant: (Deputyship) -> Bool
    ) async throws -> [Delegator] {
        let today = try LocalDate(inDhaka: moment)
        let found = try await deputyships(of: tenant)
            .filter { isMeant($0) && $0.from <= today && today <= $0.until }
        let roles = Dictionary(grouping: found, by: person).mapValues { Set($0.map { $0.role ?? "" }) }
        var others: [Delegator] = []
        for (id, roles) in roles.sorted(by: { $0.key < $1.key }) {
            guard let user = try await directory.user(id, in: tenant), user.isActive else { continue }
            others += roles.sorted().map { Delegator(user: user, role: $0.isEmpty ? nil : $0) }
        }
        return others
    }
}

import Foundation
import Testing

@testable import ERPWorkflows

/// Deputyships in the file, people in a directory elsewhere.
struct DirectoryDeputyTests {
    private struct Kept: DeputyService {
        var all: [Deputyship]

        func delegators(of deputy: String, at moment: Date, in tenant: String) async throws -> [Delegator] { [] }
        func deputies(of person: String, at moment: Date, in tenant: String) async throws -> [Delegator] { [] }
        func delegate(_ deputyship: Deputyship, by actor: String, at time: Date) async throws {}
        func deputyships(of tenant: String) async throws -> [Deputyship] { all.filter { $0.tenant == tenant } }
    }

    private struct People: DirectoryService {
        func user(_ id: String, in tenant: String) async throws -> DirectoryUser? {
            guard ["karim", "nasrin", "salma", "left"].contains(id) else { return nil }
            return DirectoryUser(
                id: id,
                name: id,
                email: "\(id)@example.com",
                department: "finance",
                roles: ["finance"],
                isActive: id != "left"
            )
        }
        func users(with role: String, in tenant: String) async throws -> [DirectoryUser] { [] }
        func user(withLogin login: String, in tenant: String) async throws -> DirectoryUser? { nil }
    }

    @Test func `who may decide for whom is of the file, whether they are active is of the directory`() async throws {
        func deputyship(_ user: String, _ deputy: String, _ role: String? = nil, until: String = "2026-11-30") throws
            -> Deputyship
        {
            Deputyship(
                tenant: "default",
                user: user,
                deputy: deputy,
                role: role,
                from: try LocalDate("2026-11-21"),
                until: try LocalDate(until)
            )
        }
        let deputies = DirectoryDeputies(
            deputyships: Kept(all: [
                try deputyship("nasrin", "karim"), try deputyship("salma", "karim", "finance"),
                try deputyship("salma", "karim", "finance", until: "2026-12-05"), try deputyship("left", "karim"),
                try deputyship("unknown", "karim"), try deputyship("nasrin", "salma"),
            ]),
            directory: People()
        )
        // 21 November in Dhaka begins at 18:00 of the 20th in UTC.
        let before = Date(timeIntervalSince1970: 1_795_197_599)
        let day = before.addingTimeInterval(1)
        #expect(try await deputies.delegators(of: "karim", at: before, in: "default").isEmpty)
        let delegators = try await deputies.delegators(of: "karim", at: day, in: "default")
        #expect(delegators.map(\.user.id) == ["nasrin", "salma"])
        #expect(delegators.map(\.role) == [nil, "finance"])
        #expect(try await deputies.delegators(of: "karim", at: day, in: "other").isEmpty)
        #expect(try await deputies.deputies(of: "nasrin", at: day, in: "default").map(\.user.id) == ["karim", "salma"])
        let later = day.addingTimeInterval(10 * 86_400)
        #expect(try await deputies.delegators(of: "karim", at: later, in: "default").map(\.user.id) == ["salma"])
    }
}

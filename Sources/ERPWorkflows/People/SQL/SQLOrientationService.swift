package import Database
package import Foundation
import WorkflowAPI

/// Rooms and seats in the tables `erp_room` and `erp_orientation`; business days by the tenant's calendar.
package struct SQLOrientationService: OrientationService {
    /// How far ahead is looked for a seat.
    static let mostDays = 60
    /// When orientations begin, in Dhaka.
    private static let hour = Duration.seconds(10 * 3600)
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

    package func bookOrientation(_ request: EmployeeRequest) async throws -> Provision {
        try await database.transact { tx in try Self.book(request, in: tx) }
    }

    package func cancelOrientation(_ employee: EmployeeKey, at time: Date) async throws {
        try await database.transact { tx in try GivenThings.orientations.undo(employee, at: time, in: tx) }
    }

    /// Books in a transaction that does more.
    static func book(_ request: EmployeeRequest, in tx: any StoreTransaction) throws -> Provision {
        let employee = request.employee
        if case .text(let slot) = try GivenThings.orientations.standing(employee, in: tx) {
            let parts = slot.split(separator: " ")
            return given(room: parts.dropLast().joined(separator: " "), date: String(parts.last ?? ""))
        }
        let rooms = try tx.query(
            "SELECT room_id, seats FROM erp_room WHERE tenant = ? AND location = ? ORDER BY room_id",
            [.text(employee.tenant), .text(request.location)]
        )
        guard !rooms.isEmpty else { return .problem("there is no room for orientations at \(request.location)") }
        let calendar =
            try SQLPolicyService.policy(
                .calendar,
                of: employee.tenant,
                at: request.startedTime ?? .distantFuture,
                as: BusinessCalendar.self,
                in: tx
            )
            ?? .standard
        for date in try days(for: request) where calendar.isBusinessDay(date) {
            for room in rooms {
                guard let seat = try freeSeat(of: room, on: date, employee.tenant, in: tx) else { continue }
                try tx.execute(
                    """
                    INSERT INTO erp_orientation
                    (tenant, employee_id, run_id, room_id, date, seat, state, changed_time)
                    VALUES (?, ?, ?, ?, ?, ?, 'booked', ?)
                    """,
                    employee.bindings + [room[0], .text(date.description), .integer(seat), .time(request.time)]
                )
                return given(room: room.text(0), date: date.description)
            }
        }
        return .problem("no seat is free at \(request.location) within \(mostDays) days")
    }

    /// From the first day on, but never a morning that is over.
    private static func days(for request: EmployeeRequest) throws -> [LocalDate] {
        let today = try LocalDate(inDhaka: request.time)
        let start = try today.startInDhaka() + hour
        let isOver = Double(start.nanoseconds) / 1e9 < request.time.timeIntervalSince1970
        let first = max(request.startDate, isOver ? try today.adding(days: 1) : today)
        return try (0..<mostDays).map { try first.adding(days: $0) }
    }

    /// The first seat that nobody has; nil when all are taken.
    private static func freeSeat(
        of room: StoreRow,
        on date: LocalDate,
        _ tenant: String,
        in tx: any StoreTransaction
    ) throws -> Int64? {
        let taken = Set(
            try tx.query(
                "SELECT seat FROM erp_orientation WHERE tenant = ? AND room_id = ? AND date = ? AND state = 'booked'",
                [.text(tenant), room[0], .text(date.description)]
            ).map { $0.integer(0) }
        )
        return (1...max(1, room.integer(1))).first { !taken.contains($0) }
    }

    private static func given(room: String, date: String) -> Provision { .given("\(date) 10:00, room \(room)") }
}

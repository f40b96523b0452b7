import Database
import Foundation
import Logging
import Synchronization
import Testing
import WorkflowAPI

@testable import ERPWorkflows

@Suite(.serialized, .onEveryDatabase) struct OutboxTests {
    /// Takes what it is told to, and remembers what came.
    private final class ScriptedSender: NotificationSender {
        let timeout = Duration.seconds(30)
        private let state = Mutex<(came: [OutgoingNotification], failures: [any Error])>(([], []))
        var came: [String] { state.withLock { $0.came.map { "\($0.id) \($0.attempt)" } } }

        func fail(with errors: any Error...) { state.withLock { $0.failures += errors } }

        func send(_ notification: OutgoingNotification) async throws {
            let failure: (any Error)? = state.withLock { state in
                state.came.append(notification)
                return state.failures.isEmpty ? nil : state.failures.removeFirst()
            }
            if let failure { throw failure }
        }
    }

    private final class Time: Sendable {
        private let moment = Mutex(Company.time)
        var now: Date { moment.withLock { $0 } }
        func pass(_ seconds: Double) { moment.withLock { $0 += seconds } }
    }

    private struct Secret: Error { var text = "the body" }

    private let time = Time()

    private func message(_ key: String, tenant: String = "default", body: String = "text") -> NotificationMessage {
        NotificationMessage(
            tenant: tenant,
            key: key,
            recipient: "rahim",
            address: "rahim@example.com",
            kind: "order_completed",
            subject: "Order\n\(key)",
            body: body,
            time: Company.time
        )
    }

    private func delivery(
        _ company: Company,
        _ sender: any NotificationSender,
        tenant: String = "default",
        policy: DeliveryPolicy = DeliveryPolicy()
    ) -> OutboxDelivery {
        OutboxDelivery(
            outbox: SQLOutbox(database: company.database),
            tenant: tenant,
            sender: sender,
            policy: policy,
            environment: .init(
                now: { [time] in time.now },
                sleep: { [time] in time.pass($0 / .seconds(1)) },
                makeClaim: { UUID().uuidString }
            ),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func states(_ company: Company) async throws -> [String] {
        try await SQLOutbox(database: company.database).deliveries(of: "default").map {
            "\($0.message.key) \($0.state.rawValue) \($0.attempts) \($0.lastError ?? "-")"
        }
    }

    @Test func `what is put out is sent once, in order, and only to the own tenant`() async throws {
        let company = try await Company()
        defer { company.close() }
        let service = SQLNotificationService(database: company.database)
        try await service.send([message("a"), message("b"), message("a", tenant: "other")])
        try await service.send([message("a")])
        #expect(try await states(company) == ["a waiting 0 -", "b waiting 0 -"])
        let sender = ScriptedSender()
        #expect(try await delivery(company, sender).deliver() == .init(sent: 2))
        #expect(sender.came == ["default/a 1", "default/b 1"])
        #expect(try await states(company) == ["a sent 1 -", "b sent 1 -"])
        #expect(try await delivery(company, sender).deliver() == .init())
        #expect(try await SQLOutbox(database: company.database).deliveries(of: "other").map(\.state) == [.waiting])
    }

    @Test func `what fails is tried again after growing pauses, and is given up in the end`() async throws {
        let company = try await Company()
        defer { company.close() }
        try await SQLNotificationService(database: company.database).send([message("a")])
        let sender = ScriptedSender()
        let policy = DeliveryPolicy(mostAttempts: 3)
        let delivery = delivery(company, sender, policy: policy)
        sender.fail(with: NotificationSendError("exit 1"), Secret(), NotificationSendError("exit 2"))
        #expect(try await delivery.deliver() == .init(postponed: 1))
        #expect(try await states(company) == ["a waiting 1 exit 1"])
        time.pass(29)
        #expect(try await delivery.deliver() == .init())
        time.pass(1)
        #expect(try await delivery.deliver() == .init(postponed: 1))
        // An error that nobody knows might repeat the text.
        #expect(try await states(company) == ["a waiting 2 the sender failed: Secret"])
        time.pass(60)
        #expect(try await delivery.deliver() == .init(failed: 1))
        #expect(try await states(company) == ["a failed 3 exit 2"])
        time.pass(1_000_000)
        #expect(try await delivery.deliver() == .init())
        #expect(try await SQLOutbox(database: company.database).retryFailed(in: "default", at: time.now) == 1)
        #expect(try await delivery.deliver() == .init(sent: 1))
        #expect(sender.came == ["default/a 1", "default/a 2", "default/a 3", "default/a 1"])
        #expect(DeliveryPolicy().pause(after: 1) == .seconds(30))
        #expect(DeliveryPolicy().pause(after: 7) == .seconds(1920))
        #expect(DeliveryPolicy().pause(after: 1000) == .seconds(3600))
    }

    @Test func `a permanent failure is not tried again`() async throws {
        let company = try await Company()
        defer { company.close() }
        try await SQLNotificationService(database: company.database).send([message("a"), message("b")])
        let sender = ScriptedSender()
        sender.fail(with: NotificationSendError("no such person", isPermanent: true))
        #expect(try await delivery(company, sender).deliver() == .init(sent: 1, failed: 1))
        #expect(try await states(company) == ["a failed 1 no such person", "b sent 1 -"])
    }

    @Test func `a claim hides a message from others until its lease is over, and counts as an attempt`() async throws {
        let company = try await Company()
        defer { company.close() }
        try await SQLNotificationService(database: company.database).send([message("a")])
        let outbox = SQLOutbox(database: company.database)
        let policy = DeliveryPolicy(mostAttempts: 2)
        func claim(_ name: String) async throws -> [SQLOutbox.Claimed] {
            try await outbox.claim(
                in: "default",
                at: time.now,
                until: time.now.addingTimeInterval(120),
                as: name,
                policy
            )
        }
        // The first dies with its claim.
        let first = try await claim("first")
        #expect(first.map(\.notification.attempt) == [1])
        #expect(try await claim("second").isEmpty)
        time.pass(120)
        let second = try await claim("second")
        #expect(second.map(\.notification.attempt) == [2])
        // What comes of the first claim now changes nothing, but that it was sent.
        try await outbox.noteFailure(first[0], "late", retry: nil, at: time.now)
        #expect(try await states(company) == ["a waiting 2 -"])
        time.pass(120)
        #expect(try await claim("third").isEmpty)
        #expect(try await states(company) == ["a failed 2 whoever was to send it died each time"])
        try await outbox.noteSent(first[0], at: time.now)
        #expect(try await states(company) == ["a sent 2 -"])
        await #expect(throws: (any Error).self) {
            try await company.database.transact { tx in
                _ = try tx.execute("UPDATE erp_delivery SET state = 'waiting'")
            }
        }
    }

    @Test func `many processes at once send every message once`() async throws {
        let company = try await Company()
        defer { company.close() }
        let keys = (0..<100).map { "k\($0)" }
        try await SQLNotificationService(database: company.database).send(keys.map { message($0) })
        let sender = ScriptedSender()
        let workers = (0..<4).map { _ in delivery(company, sender, policy: DeliveryPolicy(batch: 3)) }
        let sent = try await withThrowingTaskGroup(of: Int.self) { group in
            for worker in workers { group.addTask { try await worker.deliver().sent } }
            return try await group.reduce(0, +)
        }
        #expect(sent == 100)
        #expect(Set(sender.came).count == 100 && sender.came.count == 100)
    }

    @Test func `what takes long is given back before the lease ends`() async throws {
        struct Slow: NotificationSender {
            let timeout = Duration.seconds(30)
            let time: Time
            func send(_ notification: OutgoingNotification) async throws { time.pass(29) }
        }
        let company = try await Company()
        defer { company.close() }
        try await SQLNotificationService(database: company.database).send((0..<9).map { message("k\($0)") })
        let policy = DeliveryPolicy(lease: .seconds(100))
        #expect(try await delivery(company, Slow(time: time), policy: policy).deliver() == .init(sent: 9))
        #expect(try await states(company).allSatisfy { $0.hasSuffix("sent 1 -") })
    }

    @Test func `the log has one line for each message, without its text`() async throws {
        let lines = Mutex<[String]>([])
        let sender = LogNotificationSender { line in lines.withLock { $0.append(line) } }
        try await sender.send(OutgoingNotification(message("a", body: "secret")))
        #expect(lines.withLock { $0 } == ["to rahim <rahim@example.com>: Order a [default/a]"])
    }

    @Test func `a program gets the message as one JSON object, and its exit code says what became of it`() async throws
    {
        let directory = FileManager.default.temporaryDirectory.appending(path: "outbox-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        /// A program that was written just now may still be open in a process that another test has forked meanwhile.
        func send(_ sender: CommandNotificationSender, _ notification: OutgoingNotification) async throws {
            for _ in 0..<1000 {
                do {
                    return try await sender.send(notification)
                } catch let error as NotificationSendError where error.description.contains("not be started") {
                    await Task.yield()
                }
            }
            try await sender.send(notification)
        }
        func sender(_ script: String, timeout: Duration = .seconds(30)) throws -> CommandNotificationSender {
            let path = directory.appending(path: "send-\(UUID()).sh").path
            try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(filePath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
            return try CommandNotificationSender(path: path, timeout: timeout)
        }
        let notification = OutgoingNotification(message("a", body: "নমস্কার / \"x\""), attempt: 2)
        let copy = directory.appending(path: "got.json")
        try await send(try sender("cat > '\(copy.path)'"), notification)
        let got = try Data(contentsOf: copy)
        #expect(got.last == 10 && got.dropLast().allSatisfy { $0 != 10 })
        let object = try #require(try JSONSerialization.jsonObject(with: got) as? [String: Any])
        #expect(object["id"] as? String == "default/a" && object["attempt"] as? Int == 2)
        #expect(object["body"] as? String == "নমস্কার / \"x\"")
        // One that reads nothing harms nobody.
        let long = OutgoingNotification(message("a", body: String(repeating: "x", count: 300_000)))
        try await send(try sender("exit 0"), long)
        await #expect(throws: NotificationSendError("the program exited with 3")) {
            try await send(try sender("exit 3"), notification)
        }
        await #expect(throws: NotificationSendError("the program exited with 67", isPermanent: true)) {
            try await send(try sender("exit 67"), notification)
        }
        await #expect(throws: NotificationSendError("the program was ended by signal 15")) {
            try await send(try sender("kill -TERM $$; sleep 5"), notification)
        }
        await #expect(throws: NotificationSendError("the program took longer than 0.05 seconds")) {
            try await send(try sender("exec sleep 20", timeout: .milliseconds(50)), notification)
        }
        #expect(throws: NotificationSendError.self) { try CommandNotificationSender(path: "/nowhere") }
    }
}

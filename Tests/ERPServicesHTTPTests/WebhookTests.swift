import ERPWorkflows
import Foundation
import Logging
import Testing

@testable import ERPServicesHTTP

@Suite struct WebhookTests {
    private func message() throws -> NotificationMessage {
        struct Sent: Decodable { var items: [NotificationMessage] }
        return try Example.value(of: "NOTIFICATION", "POST /notifications", as: Sent.self).items[0]
    }

    @Test func `a message is posted to the very address, every attempt under the same id`() async throws {
        let message = try message()
        try await withService({ _ in .answer(202, "") }) { service in
            let address = try HTTPServiceAddress(service.url + "/hooks/42/", token: "s3cret")
            let webhook = WebhookNotificationSender(address, clock: ManualClock(), logger: Logger(label: "test"))
            for attempt in 1...2 { try await webhook.send(OutgoingNotification(message, attempt: attempt)) }
            let requests = service.requests
            #expect(requests.map(\.line) == ["POST /hooks/42/", "POST /hooks/42/"])
            #expect(
                requests.map { $0.headers["idempotency-key"] } == [
                    "default/run-1%2Forder_completed%2Frahim", "default/run-1%2Forder_completed%2Frahim",
                ]
            )
            #expect(requests[0].headers["authorization"] == "Bearer s3cret")
            #expect(requests[0].headers["x-tenant-id"] == "default")
            #expect(Example.isSame(requests[1].body, Array(try OutgoingNotification(message, attempt: 2).json())))
        }
    }

    @Test(arguments: [(400, true), (404, false), (410, true), (401, false), (429, false), (500, false), (302, false)])
    func `a refusal is for ever, trouble is not, and neither repeats the message`(status: Int, isPermanent: Bool)
        async throws
    {
        let message = try message()
        try await withService({ _ in .answer(status, "Order A was placed") }) { service in
            let webhook = WebhookNotificationSender(
                try HTTPServiceAddress(service.url),
                clock: ManualClock(),
                logger: Logger(label: "test")
            )
            let error = await #expect(throws: NotificationSendError.self) {
                try await webhook.send(OutgoingNotification(message))
            }
            #expect(error?.isPermanent == isPermanent)
            #expect(error?.description.contains("answered \(status)") == true)
            #expect(error?.description.contains("Order A") == false)
            #expect(service.requests.count == 1, "the outbox has pauses of its own")
        }
    }

    @Test func `the time of one sending is what the outbox reckons with`() async throws {
        let message = try message()
        try await withService({ _ in .silence }) { service in
            let webhook = WebhookNotificationSender(
                try HTTPServiceAddress(service.url),
                timeout: .milliseconds(50),
                logger: Logger(label: "test")
            )
            #expect(webhook.timeout == .milliseconds(50))
            let error = await #expect(throws: NotificationSendError.self) {
                try await webhook.send(OutgoingNotification(message))
            }
            #expect(error?.isPermanent == false)
        }
    }
}

import ChildProcesses
import Foundation
import Testing

/// The ERP pack asks its orders through the same codecs.
@Suite(.serialized) struct EncryptedOrderTests {
    @Test func `purchase orders are worked on encrypted, and whoever has no key is told so`() throws {
        let program = try Program("workflowctl")
        defer { program.remove() }
        let line = try program.run("keys", "generate", "--id", "k2026").output
        let keys = program.path("payload.keys")
        try line.write(toFile: keys, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: keys)
        let company = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Examples/erp/company.json").path
        #expect(try program.run("erp", "load", company).status == 0)
        let worker = try program.startWorker("--payload-keys", keys)
        defer {
            worker.terminate()
            worker.waitUntilExit()
        }
        let input =
            #"{"id":"A","vendorId":"V-001","items":[{"productId":"P","quantity":1,"unitPrice":60000}],"#
            + #""requestedBy":"rahim","department":"operations","currency":"BDT"}"#
        let start = ["start", "PurchaseOrderApproval", "--id", "PO-1", "--input", input, "--payload-keys", keys]
        #expect(try program.run(start).status == 0)
        let end = ContinuousClock.now + .seconds(30)
        func status() throws -> String { try program.run("query", "PO-1", "status", "--payload-keys", keys).output }
        while try !status().contains("awaiting_department_approval"), ContinuousClock.now < end {}

        let waiting = try program.run("erp", "orders", "--waiting", "--payload-keys", keys)
        #expect(waiting.output.contains("PO-1") && waiting.errors.isEmpty, "\(waiting.errors)")
        let blind = try program.run("erp", "orders", "--waiting")
        #expect(!blind.output.contains("PO-1"))
        #expect(
            blind.errors.contains(
                "'PO-1' could not be asked: the payload codec: this payload was encrypted with key 'k2026'"
            ),
            "\(blind.errors)"
        )
        let story = try program.run("erp", "story", "PO-1")
        #expect(story.status == 1 && story.output.isEmpty && story.errors.contains("'k2026'"), "\(story.errors)")
        #expect(try program.run("erp", "story", "PO-1", "--payload-keys", keys).output.contains("60,000"))
    }
}

import Foundation
import SwiftSyntax
import SwiftSyntaxBuilder
import Testing

@testable import WorkflowMacrosPlugin

/// The guard of `@Workflow` over the workflows of this repository, also those that are written without it: no false alarm.
struct CorpusTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    /// Where workflow code stands, with what it calls.
    private static let folders = [
        "Sources/ERPWorkflows/Approval", "Sources/ERPWorkflows/Invoice", "Sources/ERPWorkflows/Onboarding",
        "Sources/ERPWorkflows/PurchaseOrder", "Examples/Embedded", "Examples/Greeting", "Examples/Macros",
    ]

    private static func files() -> [URL] {
        folders.flatMap { folder in
            (FileManager.default.enumerator(at: root.appending(path: folder), includingPropertiesForKeys: nil)?
                .compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
        }
    }

    @Test func `the workflows of this repository raise no alarm`() throws {
        var workflows = 0
        var parts = 0
        for file in Self.files() {
            let text = try String(contentsOf: file, encoding: .utf8)
            let source: SourceFileSyntax = "\(raw: text)"
            for statement in source.statements {
                let attributed = statement.item.asProtocol((any WithAttributesSyntax).self)
                guard attributed?.attributes.named("main") == nil else { continue }
                if statement.item.is(ActorDeclSyntax.self) { workflows += 1 }
                parts += 1
                let (errors, warnings) = ReplayGuard.findings(in: statement.item)
                for (node, message) in errors + warnings {
                    Issue.record("\(file.lastPathComponent): '\(node.trimmedDescription)': \(message)")
                }
            }
        }
        #expect(workflows >= 6 && parts > 50, "\(workflows) workflows, \(parts) declarations")
    }
}

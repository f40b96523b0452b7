import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime

/// The examples of `docs/ERP-HTTP.md`, which are what the tests send and answer, so that the page cannot go wrong.
struct Example: Sendable {
    /// `MASTER_DATA`.
    var service: String
    /// `GET /vendors/{id}`.
    var operation: String
    /// `GET /vendors/V-1`.
    var line: String
    /// What is sent; empty when nothing is.
    var request: [UInt8]
    /// What is answered; empty when nothing is.
    var response: [UInt8]

    /// All of them, in the order of the page.
    static let all: [Example] = {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/ERP-HTTP.md")
        var examples: [Example] = []
        for section in ((try? String(contentsOf: page, encoding: .utf8)) ?? "").components(separatedBy: "\n## ")
            .dropFirst()
        {
            guard let variable = section.prefix(while: { $0 != "\n" }).split(separator: "`").last else { continue }
            for part in section.components(separatedBy: "\n### `").dropFirst() {
                let blocks = part.components(separatedBy: "```").enumerated().filter { $0.offset % 2 == 1 }.map(
                    \.element
                )
                guard blocks.count == 2, let operation = part.split(separator: "`").first else { continue }
                let request = blocks[0].split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
                examples.append(
                    Example(
                        service: String(variable).replacing("_URL", with: ""),
                        operation: String(operation),
                        line: request.count > 1 ? String(request[1]) : "",
                        request: request.count > 2 ? Self.trimmed(request[2]) : [],
                        response: Self.trimmed(blocks[1].drop { $0 != "\n" })
                    )
                )
            }
        }
        return examples
    }()

    private static func trimmed(_ text: some StringProtocol) -> [UInt8] {
        Array(text.trimmingCharacters(in: .whitespacesAndNewlines).utf8)
    }

    static func named(_ service: String, _ operation: String) throws -> Example {
        try #require(all.first { $0.service == service && $0.operation == operation }, "\(service) \(operation)")
    }

    /// The request of an example as the value that it is written of.
    static func value<Value: Decodable>(of service: String, _ operation: String, as: Value.Type) throws -> Value {
        try PayloadConverter.value(
            Payload(encoding: Payload.jsonEncoding, data: try named(service, operation).request)
        )
    }

    /// The same JSON, whatever the order and the blanks.
    static func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        if left.isEmpty || right.isEmpty { return left.isEmpty && right.isEmpty }
        let trees = [left, right].map { try? JSONSerialization.jsonObject(with: Data($0), options: .fragmentsAllowed) }
        guard let one = trees[0] as? NSObject, let other = trees[1] as? NSObject else { return false }
        return one == other
    }
}

import Foundation
import Testing

@Suite struct ProductTests {
    @Test func `nobody but this product, its tests and its program builds SwiftNIO`() throws {
        let manifest = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Package.swift")
        let text = try String(contentsOf: manifest, encoding: .utf8)
        let start = try #require(text.range(of: "    targets: ["))
        var users: Set<String> = []
        for target in text[start.upperBound...].components(separatedBy: "arget(").dropFirst() {
            let name = try #require(target.split(separator: "\"").dropFirst().first)
            let dependencies = target.components(separatedBy: "dependencies: [").dropFirst().first ?? ""
            let isUser = ["swift-nio", "async-http-client", "\"ERPServicesHTTP\""].contains {
                dependencies.contains($0)
            }
            if isUser { users.insert(String(name)) }
        }
        #expect(users == ["ERPServicesHTTP", "ERPServicesHTTPTests", "erp-http"])
    }
}

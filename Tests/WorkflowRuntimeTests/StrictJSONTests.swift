import Foundation
import Testing
import WorkflowAPI

@testable import WorkflowRuntime

struct StrictJSONTests {
    struct Line: Codable {
        var product: String
        var quantity: Int
        var note: String?
    }

    struct Sheet: Codable {
        var id: String
        var lines: [Line]
        var tags: [String: Int]?
        var due: Date?
        var size: Decimal?
    }

    private func refusal(_ json: String) -> String {
        do {
            try StrictJSON.decode(Sheet.self, from: json.utf8)
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: [
        (#"{"id":"a","lines":[]}"#, ""),
        (#"{"id":"a","lines":[{"product":"p","quantity":1}],"tags":{"x":1,"y":2},"size":1.25}"#, ""),
        (#"{"id":"a","lines":[],"due":"2026-11-21T00:00:00Z","tags":null}"#, ""),
        (#"{"id":"a","lines":[],"lines":[]}"#, "the key 'lines' stands twice"),
        (
            #"{"id":"a","lines":[{"product":"p","quantity":1,"quantity":2}]}"#,
            "the key 'lines[0].quantity' stands twice"
        ),
        (#"{"id":"a","lines":[],"tag":{}}"#, "the key 'tag' is not known; did you mean 'tags'?"),
        (
            #"{"id":"a","lines":[{"product":"p","quantity":1,"colour":"red"}]}"#,
            "the key 'lines[0].colour' is not known; known are: note, product, quantity"
        ),
        (
            #"{"id":"a","lines":[{"product":"p","quantiy":1}]}"#,
            "'lines[0].quantity' is missing; there is 'quantiy', did you mean that?"
        ),
        (#"{"id":"a","lines":[{"product":"p","quantity":"1"}]}"#, "'lines[0].quantity' is not a whole number"),
        (#"{"id":"a"}"#, "'lines' is missing"), (#"{"id":1,"lines":[]}"#, "'id' is not a text"),
        ("null", "the input is null"), ("[]", "the input is not an object"), ("5", "the input is not an object"),
        (#"{"id":"a","lines":{}}"#, "'lines' is not a list"), (#"{"id":null,"lines":[]}"#, "'id' is null"),
        (#"{"id":"a","lines":[],"size":"big"}"#, "'size' is not a number"),
        (#"{"id":"a","lines":[],"size":1e400}"#, "'size': the number is out of range"),
        (#"{"id":"a","lines":[],"size":1e200}"#, "'size': the number is out of range"),
        (
            #"{"id":"a","lines":[{"product":"p","quantity":99999999999999999999}]}"#,
            "'lines[0].quantity': the number is out of range"
        ),
        (#"{"id":"a","lines":[],"due":"tomorrow"}"#, "'due': not an RFC 3339 time"),
        (#"{"id":"a","lines":[]"#, "not JSON: line 1, column 21: ',' or '}' is expected"),
        ("{\"id\":\"a\",\n\"lines\":[}", "not JSON: line 2, column 10: this is no value"), ("", "not JSON"),
        (#"{"id":"a","lines":[]} x"#, "something follows the value"),
        (#"{"id":"\ud800","lines":[]}"#, "half of a character"),
        (#"{"id":"a","lines":[01]}"#, "this is no number"), (#"{id:"a"}"#, "a key in quotes is expected"),
    ])
    func `what is not understood is refused on one line that names the place`(json: String, says: String) {
        let found = refusal(json)
        #expect(says.isEmpty ? found.isEmpty : found.contains(says), "\(found)")
        #expect(!found.contains("\n"))
    }

    @Test func `depth is limited, and the parser agrees with Foundation on random texts`() throws {
        let deep = String(repeating: "[", count: 600) + String(repeating: "]", count: 600)
        #expect(throws: JSONProblem.self) { try JSONTree(deep.utf8) }
        let seed = UInt64.random(in: 0 ... .max)
        var random = DeterministicGenerator(state: seed)
        let pieces = [
            "{", "}", "[", "]", ":", ",", "\"a\"", "\"\\n\"", "1", "-0.5", "01", "true", "nul", "null", " ", "\"", ".",
        ]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 1...7, using: &random)).map { _ in pieces.randomElement(using: &random) ?? ""
            }
            .joined()
            let foundation =
                (try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)) != nil
            let strict = (try? JSONTree(text.utf8)) != nil
            // Foundation takes duplicate keys and a comma behind the last element; otherwise both agree.
            if foundation != strict {
                let refusal = #expect(throws: JSONProblem.self) { try JSONTree(text.utf8) }
                let isLenient = text.contains(",") || refusal?.message.contains("twice") == true
                #expect(foundation && isLenient, "seed \(seed): \(text)")
            }
        }
    }

    @Test func `arguments of runs, signals and queries are checked by their types`() throws {
        let registration = WorkflowRegistration(Sampled.self)
        #expect(throws: PayloadError.self) { try registration.checkInput(.json(#"{"id":"a","lnes":[]}"#)) }
        try registration.checkInput(.json(#"{"id":"a","lines":[]}"#))
        #expect(throws: PayloadError.self) { try registration.checkSignal["add"]?(.json(#"{"product":1}"#)) }
        #expect(throws: PayloadError.self) { try registration.checkSignal["stop"]?(.json("5")) }
        try registration.checkSignal["stop"]?(.null)
        #expect(throws: PayloadError.self) { try registration.checkQuery["line"]?(.json(#""x""#)) }
    }

    actor Sampled: WorkflowDefinition {
        func run(_ sheet: Sheet) async throws -> NoValue { NoValue() }

        static func handlers(_ handlers: inout WorkflowHandlers<Sampled>) {
            handlers.signal("add") { (_, _: Line) in }
            handlers.signal("stop") { _ in }
            handlers.query("line") { (_, index: Int) in index }
        }
    }

    struct DeterministicGenerator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }
}

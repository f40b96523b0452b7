import SwiftSyntaxBuilder
import SwiftSyntaxMacroExpansion
import SwiftSyntaxMacros
import SwiftSyntaxMacrosGenericTestSupport
import Testing

@testable import WorkflowMacrosPlugin

struct MacroDiagnosticTests {
    private static let macros: [String: MacroSpec] = [
        "Workflow": MacroSpec(type: WorkflowMacro.self, conformances: ["WorkflowDefinition"]),
        "WorkflowSignal": MacroSpec(type: HandlerMacro.self), "WorkflowQuery": MacroSpec(type: HandlerMacro.self),
        "ActivityContainer": MacroSpec(type: ActivityContainerMacro.self, conformances: ["ActivityContainer"]),
        "Activity": MacroSpec(type: HandlerMacro.self),
    ]

    /// What the macros say about a source.
    private func problems(_ source: String) -> [String] {
        var found: [String] = []
        assertMacroExpansion(
            source,
            expandedSource: "",
            macroSpecs: Self.macros,
            failureHandler: { found.append($0.message) }
        )
        let text = found.joined(separator: "\n")
        return text.matches(of: #/(?m)(\d+:\d+): (.*)$/#).map { String($0.2) }
    }

    @Test(arguments: [
        ("@Workflow struct A { func run() {} }", "a workflow is an actor: write '@Workflow actor'"),
        ("@Workflow final class A { func run() {} }", "a workflow is an actor: write '@Workflow actor'"),
        ("@Workflow actor A { }", "a workflow needs 'func run(_ input: Input) async throws -> Output'"),
        (
            "@Workflow actor A { func run(_ i: Int) {}\n@WorkflowSignal func s(_ a: Int, _ b: Int) {} }",
            "'s' takes 2 arguments; it can take one: put them into a struct"
        ),
        (
            "@Workflow actor A { func run(_ i: Int) {}\n@WorkflowSignal func s() -> Int { 1 } }",
            "a signal handler returns nothing"
        ),
        (
            "@Workflow actor A { func run(_ i: Int) {}\n@WorkflowQuery func q() async -> Int { 1 } }",
            "a query only reads and answers at once: remove 'async' from 'q'"
        ),
        (
            "@Workflow actor A { func run(_ i: Int) {}\n@WorkflowSignal func a() {}\n@WorkflowSignal(name: \"a\") func b() {} }",
            "two signals are called \"a\""
        ),
        (
            "@Workflow actor A { func run(_ i: Int) {}\n@WorkflowQuery var q = 5 }",
            "a property that answers a query needs its type"
        ),
        (
            "@ActivityContainer struct B { @Activity func a(_ x: Int, y: Int) {} }",
            "'a' takes 2 arguments; it can take one"
        ),
        (
            "@ActivityContainer struct B { @Activity func a(_ x: Int, in t: borrowing any StoreTransaction) {} }",
            "'a' takes a transaction: mark it with '@Activity(transactional: true)'"
        ),
        (
            "@ActivityContainer struct B { @Activity(transactional: true) func a(_ x: Int) {} }",
            "'a' is transactional: its last argument is the transaction"
        ),
        (
            "@ActivityContainer struct B { @Activity(transactional: true) func a(_ t: any StoreTransaction) async {} }",
            "'a' runs inside of a transaction and cannot be 'async'"
        ),
        (
            "@ActivityContainer actor B { @Activity(transactional: true) func a(_ t: any StoreTransaction) {} }",
            "'a' runs inside of a transaction, where an actor cannot be entered"
        ),
        (
            "@ActivityContainer struct B { @Activity(transactional: true) func a(_ x: Int, _ y: Int, _ t: any StoreTransaction) {} }",
            "'a' takes 2 arguments; it can take one"
        ),
        ("@Workflow actor A { func run() {} }", "to take nothing, '_ input: NoValue'"),
        ("@Workflow actor A { func run(input: Int) {} }", "a workflow needs 'func run(_ input: Input)"),
        (
            "@Workflow actor A { func run(_ i: Int) {}\n@WorkflowSignal func s(_ a: Int) {}\n"
                + "@WorkflowQuery func s() -> Int { 1 } }",
            "two handlers are called 's' in Swift"
        ),
        (
            "@Workflow actor A { func run(_ i: Int) {}\n#if DEBUG\n@WorkflowSignal func s() {}\n#endif\n}",
            "'@WorkflowSignal' is not seen inside of '#if'; move the '#if' into the body"
        ),
        (
            "@Workflow actor A { func run(_ i: Int) {}\n@WorkflowQuery static func q() -> Int { 1 } }",
            "belongs to an instance: remove 'static'"
        ),
        (
            "@Workflow actor A { func run(_ i: Int) {}\n@WorkflowSignal func s<T>(_ a: T) {} }",
            "'s' is generic; what is read from a history needs a type of its own"
        ),
        (
            "@Workflow actor A { func run(_ i: Int) {}\n@WorkflowSignal func s(_ a: [some Codable]) {} }",
            "needs a type of its own, not 'some'"
        ),
        (
            "@ActivityContainer struct B { @Activity func a(_ x: Int...) {} }",
            "write its plain type, without 'inout' or '...'"
        ),
        ("@ActivityContainer struct B { func a() {} }", "there is no activity here: mark methods with '@Activity'"),
        ("actor A { @WorkflowSignal func a() {} }", "belongs inside of a type that is marked with '@Workflow'"),
    ])
    func `a mistake is one clear error that names what to write`(source: String, says: String) {
        let found = problems(source)
        #expect(found.contains { $0.contains(says) }, "\(found)")
    }

    @Test(arguments: [
        ("_ = Int.random(in: 0..<5)", "chance differs in every replay; use Workflow.random(in:)"),
        ("let die: Int = .random(in: 1...6)", "use Workflow.random(in:)"),
        ("_ = CGFloat.random(in: 0...1)", "use Workflow.randomDouble()"),
        ("_ = Bool.random()", "use Workflow.random(in: 0..<2) == 0"),
        ("_ = list?.map { $0.shuffled() }", "use Workflow.shuffled(_:)"),
        ("_ = \"\\(list.randomElement() ?? 0)\"", "use Workflow.random(in:) for the index"),
        ("_ = input.timeIntervalSinceNow", "'date.timeIntervalSince(Workflow.now)'"),
        ("_ = Date.init()", "the present differs in every replay; use Workflow.now"),
        ("var from: Date? = .now", "use Workflow.now"), ("let id: UUID = .init()", "use Workflow.uuid()"),
        ("_ = Locale.current", "use Locale(identifier:)"), ("_ = arc4random()", "use Workflow.random(in:)"),
    ])
    func `what differs in every replay is one error that says what to use`(code: String, says: String) {
        let found = problems("@Workflow actor A { func run(_ i: Int) { \(code) } }")
        #expect(found.count == 1 && found[0].contains(says), "\(found)")
    }

    @Test(arguments: [
        "_ = try Workflow.random(in: 0..<5)", "_ = try WorkflowRuntime.Workflow.shuffled([1])",
        "_ = Int.random(in: 0..<5, using: &dice)", "_ = list.shuffled(using: &dice)", "_ = dice.random(in: 0..<5)",
        "_ = Dice.random(in: 0..<5)", "_ = Date.init(timeIntervalSince1970: 5)", "delivery = .now",
        "let delivery: Delivery = .now", "_ = UUID.init(uuidString: text)", "_ = time(5)", "_ = input.now",
        "_ = date.timeIntervalSinceReferenceDate", "_ = Calendar(identifier: .gregorian)", "_ = account.current",
    ])
    func `what only looks like it is let through`(code: String) {
        #expect(problems("@Workflow actor A { func run(_ i: Int) { \(code) } }").isEmpty)
        #expect(problems("@Workflow actor A {\n#if DEBUG\nfunc run(_ i: Int) { \(code) }\n#endif\n}").isEmpty)
    }

    @Test func `an expansion is what one would write by hand`() {
        assertMacroExpansion(
            """
            @Workflow public actor Greeting {
                public func run(_ text: String) async throws -> String { text }
                @WorkflowSignal func rename(_ name: String) {}
                @WorkflowQuery func name() throws -> String { "" }
            }
            """,
            expandedSource: """
                public actor Greeting {
                    public func run(_ text: String) async throws -> String { text }
                    func rename(_ name: String) {}
                    func name() throws -> String { "" }

                    public init() {
                    }

                    public static func handlers(_ handlers: inout WorkflowRuntime.WorkflowHandlers<Greeting>) {
                        handlers.signal("rename") { (workflow, input: String) in
                            workflow.rename(input)
                        }
                        handlers.query("name") { workflow in
                            try workflow.name()
                        }
                    }

                    public struct Messages: Sendable {
                        public let rename = WorkflowRuntime.SignalDescriptor<String>("rename")
                        public let name = WorkflowRuntime.QueryDescriptor<WorkflowRuntime.NoValue, String>("name")
                    }

                    public static var messages: Messages {
                        Messages()
                    }
                }

                extension Greeting: WorkflowRuntime.WorkflowDefinition {
                }
                """,
            macroSpecs: Self.macros,
            failureHandler: { Issue.record("\($0.message)") }
        )
    }
}

import SwiftSyntax
import SwiftSyntaxBuilder
import SwiftSyntaxMacros

/// `@Workflow`: conformance, handlers and message descriptors from marked methods.
struct WorkflowMacro: MemberMacro, ExtensionMacro {
    static func expansion(
        of node: AttributeSyntax,
        attachedTo declaration: some DeclGroupSyntax,
        providingExtensionsOf type: some TypeSyntaxProtocol,
        conformingTo protocols: [TypeSyntax],
        in context: some MacroExpansionContext
    ) throws -> [ExtensionDeclSyntax] {
        guard declaration.is(ActorDeclSyntax.self), !protocols.isEmpty else { return [] }
        return [try ExtensionDeclSyntax("extension \(type.trimmed): WorkflowRuntime.WorkflowDefinition {}")]
    }

    static func expansion(
        of node: AttributeSyntax,
        providingMembersOf declaration: some DeclGroupSyntax,
        conformingTo protocols: [TypeSyntax],
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        guard let actor = declaration.as(ActorDeclSyntax.self) else {
            MacroProblem.report("a workflow is an actor: write '@Workflow actor'", "actor", at: node, in: context)
            return []
        }
        let members = actor.memberBlock.members
        checkRun(of: actor, context)
        ReplayGuard.check(actor.memberBlock, context)
        let marked = Handler.all("WorkflowSignal", in: members, context)
        let isSignal = Set(marked.map(\.node))
        let handlers = Handler.distinct(marked + Handler.all("WorkflowQuery", in: members, context), context)
        let signals = checkedSignals(handlers.filter { isSignal.contains($0.node) }, context)
        let queries = checkedQueries(handlers.filter { !isSignal.contains($0.node) }, context)
        let access = actor.accessPrefix
        var made: [DeclSyntax] = []
        if let name = node.recordedName {
            made.append("\(raw: access)static var workflowName: String { \(raw: name) }")
        }
        // The initializer that Swift itself would write is internal, and cannot serve a public conformance.
        if !access.isEmpty, !members.contains(where: { $0.decl.is(InitializerDeclSyntax.self) }) {
            made.append("\(raw: access)init() {}")
        }
        made.append(DeclSyntax(stringLiteral: handling(signals, queries, actor.name.text, access)))
        made.append(DeclSyntax(stringLiteral: messages(signals, queries, access)))
        // Computed, because a generic actor can have no stored one.
        made.append("\(raw: access)static var messages: Messages { Messages() }")
        return made
    }

    private static func checkRun(of actor: ActorDeclSyntax, _ context: some MacroExpansionContext) {
        let members = actor.memberBlock.members.map(\.decl)
        let runs = members.compactMap { $0.as(FunctionDeclSyntax.self) }.filter { $0.name.text == "run" }
        // It may stand inside of '#if': the compiler knows whether it is there.
        if runs.isEmpty, members.contains(where: { $0.is(IfConfigDeclSyntax.self) }) { return }
        let fits = runs.contains { run in
            let parameters = run.signature.parameterClause.parameters
            return parameters.count == 1 && parameters.first?.firstName.text == "_"
        }
        if fits { return }
        MacroProblem.report(
            "a workflow needs 'func run(_ input: Input) async throws -> Output'; to take nothing, '_ input: NoValue'",
            "run",
            at: runs.first.map { Syntax($0.signature.parameterClause) } ?? Syntax(actor.name),
            in: context
        )
    }

    private static func checkedSignals(_ signals: [Handler], _ context: some MacroExpansionContext) -> [Handler] {
        Handler.reportRepeated(signals, "signals", context)
        for signal in signals where signal.result != nil {
            MacroProblem.report(
                "a signal handler returns nothing; '\(signal.name)' could be a query, or keep its result in the actor",
                "signalResult",
                at: signal.node,
                in: context
            )
        }
        return signals.filter { $0.result == nil }
    }

    private static func checkedQueries(_ queries: [Handler], _ context: some MacroExpansionContext) -> [Handler] {
        Handler.reportRepeated(queries, "queries", context)
        for query in queries where query.isAsync {
            MacroProblem.report(
                "a query only reads and answers at once: remove 'async' from '\(query.name)'",
                "asyncQuery",
                at: query.node,
                in: context
            )
        }
        return queries.filter { !$0.isAsync }
    }

    private static func handling(_ signals: [Handler], _ queries: [Handler], _ type: String, _ access: String) -> String
    {
        var lines = signals.map { "handlers.signal(\($0.recordedName)) { \(closure($0)) }" }
        lines += queries.map { "handlers.query(\($0.recordedName)) { \(closure($0)) }" }
        return """
            \(access)static func handlers(_ handlers: inout WorkflowRuntime.WorkflowHandlers<\(type)>) {
                \(lines.joined(separator: "\n    "))
            }
            """
    }

    private static func closure(_ handler: Handler) -> String {
        let parameters = handler.parameter.map { "(workflow, input: \($0))" } ?? "workflow"
        return "\(parameters) in \(handler.call(on: "workflow"))"
    }

    private static func messages(_ signals: [Handler], _ queries: [Handler], _ access: String) -> String {
        var lines = signals.map { signal in
            "\(access)let \(signal.name) = WorkflowRuntime.SignalDescriptor<\(signal.input)>(\(signal.recordedName))"
        }
        lines += queries.map { query in
            "\(access)let \(query.name) = WorkflowRuntime.QueryDescriptor<\(query.input), \(query.output)>"
                + "(\(query.recordedName))"
        }
        return """
            \(access)struct Messages: Sendable {
                \(lines.joined(separator: "\n    "))
            }
            """
    }
}

import SwiftSyntax
import SwiftSyntaxBuilder
import SwiftSyntaxMacros

/// `@ActivityContainer`: conformance, descriptors, registrations and the typed proxy from marked methods.
struct ActivityContainerMacro: MemberMacro, ExtensionMacro {
    static func expansion(
        of node: AttributeSyntax,
        attachedTo declaration: some DeclGroupSyntax,
        providingExtensionsOf type: some TypeSyntaxProtocol,
        conformingTo protocols: [TypeSyntax],
        in context: some MacroExpansionContext
    ) throws -> [ExtensionDeclSyntax] {
        guard !protocols.isEmpty else { return [] }
        return [try ExtensionDeclSyntax("extension \(type.trimmed): WorkflowRuntime.ActivityContainer {}")]
    }

    static func expansion(
        of node: AttributeSyntax,
        providingMembersOf declaration: some DeclGroupSyntax,
        conformingTo protocols: [TypeSyntax],
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        let marked = Handler.all("Activity", in: declaration.memberBlock.members, context)
        let handlers = Handler.distinct(marked, context)
        Handler.reportRepeated(handlers, "activities", context)
        if handlers.isEmpty {
            MacroProblem.report(
                "there is no activity here: mark methods with '@Activity'",
                "noActivity",
                at: node,
                in: context
            )
        }
        let access = declaration.accessPrefix
        let isActor = declaration.is(ActorDeclSyntax.self)
        let descriptors = handlers.map { handler in
            "\(access)static let \(handler.name) = WorkflowRuntime.ActivityDescriptor<\(handler.input), \(handler.output)>"
                + "(\(handler.recordedName))"
        }
        if isActor {
            for handler in handlers where handler.transaction != nil {
                MacroProblem.report(
                    "'\(handler.name)' runs inside of a transaction, where an actor cannot be entered; "
                        + "put it into a struct or a final class",
                    "actorStep",
                    at: handler.node,
                    in: context
                )
            }
        }
        let registrations = handlers.map { registration($0, isActor: isActor) }
        let calls = handlers.map { call($0, access) }
        return [
            """
            \(raw: access)enum Activities {
                \(raw: descriptors.joined(separator: "\n    "))
            }
            """,
            """
            \(raw: access)\(raw: isActor ? "nonisolated " : "")var activities: [WorkflowRuntime.ActivityRegistration] {
                [
                    \(raw: registrations.joined(separator: ",\n        "))
                ]
            }
            """,
            """
            \(raw: access)struct Proxy: Sendable {
                \(raw: access)var activityCall: WorkflowRuntime.ActivityCall

                \(raw: access)init(options: WorkflowRuntime.ActivityOptions) { self.activityCall = .task(options) }

                \(raw: access)init(local options: WorkflowRuntime.LocalActivityOptions = WorkflowRuntime.LocalActivityOptions()) { self.activityCall = .local(options) }

                \(raw: calls.joined(separator: "\n\n    "))
            }
            """,
        ]
    }

    private static func registration(_ handler: Handler, isActor: Bool) -> String {
        if handler.transaction != nil { return stepRegistration(handler) }
        let input = handler.parameter == nil ? "(_: WorkflowRuntime.NoValue)" : "(input: \(handler.input))"
        let call = handler.call(on: "self", alwaysAwait: isActor)
        let body = handler.result == nil ? "\(call); return WorkflowRuntime.NoValue()" : "return \(call)"
        return "WorkflowRuntime.ActivityRegistration(Activities.\(handler.name)) { \(input) in \(body) }"
    }

    private static func stepRegistration(_ handler: Handler) -> String {
        let call = handler.call(on: "self")
        let body = handler.result == nil ? "\(call); return WorkflowRuntime.NoValue()" : "return \(call)"
        let input = handler.parameter == nil ? "_" : "input"
        return "WorkflowRuntime.ActivityRegistration(Activities.\(handler.name), transactional: "
            + "{ \(input), transaction in \(body) })"
    }

    private static func call(_ handler: Handler, _ access: String) -> String {
        let parameter = handler.parameter.map { parameter in
            let label = handler.label ?? "_"
            // A name of its own: the argument's could be one of the others'. Swift warns of the same word twice.
            return label == "input" ? "input: \(parameter), " : "\(label) input: \(parameter), "
        }
        let returned = handler.result.map { " -> \($0)" } ?? ""
        let input = handler.parameter == nil ? "WorkflowRuntime.NoValue()" : "input"
        let keep = handler.result == nil ? "_ = " : "return "
        return """
            \(access)func \(handler.name)(\(parameter ?? "")fileID: String = #fileID, line: Int = #line) async throws\(returned) {
                    \(keep)try await WorkflowRuntime.Workflow.execute(
                        Activities.\(handler.name), \(input), call: self.activityCall, fileID: fileID, line: line
                    )
                }
            """
    }
}

import SwiftSyntax
import SwiftSyntaxMacros

/// `@WorkflowSignal`, `@WorkflowQuery`, `@Activity`: marks that the macro of the surrounding type reads. Where there is no
/// such type, nobody would: that is an error.
struct HandlerMacro: PeerMacro {
    private static let surroundings = [
        "WorkflowSignal": "Workflow", "WorkflowQuery": "Workflow", "Activity": "ActivityContainer",
    ]

    static func expansion(
        of node: AttributeSyntax,
        providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        let name = node.plainName
        guard let needed = HandlerMacro.surroundings[name] else { return [] }
        let attributes = context.lexicalContext.first?.asProtocol((any WithAttributesSyntax).self)?.attributes
        if attributes?.named(needed) == nil {
            MacroProblem.report(
                "'@\(name)' belongs inside of a type that is marked with '@\(needed)', not in an extension of it",
                "surroundings",
                at: node,
                in: context
            )
        }
        return []
    }
}

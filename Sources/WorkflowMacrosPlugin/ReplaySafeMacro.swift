import SwiftSyntax
import SwiftSyntaxMacros

/// `@ReplaySafe`: what `@Workflow` looks for in its braces, in whatever it is attached to. Writes nothing.
struct ReplaySafeMacro: PeerMacro {
    static func expansion(
        of node: AttributeSyntax,
        providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        // In workflow types the compiler finds hidden names by itself.
        let isWorkflow = declaration.is(ActorDeclSyntax.self) || declaration.is(ExtensionDeclSyntax.self)
        ReplayGuard.check(declaration, knowsHiddenNames: isWorkflow, context)
        return []
    }
}

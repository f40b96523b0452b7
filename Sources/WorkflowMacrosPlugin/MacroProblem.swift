import SwiftDiagnostics
import SwiftSyntax
import SwiftSyntaxMacros

/// One clear error at the place of the mistake.
struct MacroProblem: DiagnosticMessage {
    let message: String
    let id: String

    var diagnosticID: MessageID { MessageID(domain: "WorkflowMacros", id: id) }
    var severity = DiagnosticSeverity.error

    static func report(
        _ message: String,
        _ id: String,
        at node: some SyntaxProtocol,
        in context: some MacroExpansionContext
    ) {
        context.diagnose(Diagnostic(node: Syntax(node), message: MacroProblem(message: message, id: id)))
    }

    /// One warning where something is probably a mistake.
    static func warn(
        _ message: String,
        _ id: String,
        at node: some SyntaxProtocol,
        in context: some MacroExpansionContext
    ) {
        let problem = MacroProblem(message: message, id: id, severity: .warning)
        context.diagnose(Diagnostic(node: Syntax(node), message: problem))
    }
}

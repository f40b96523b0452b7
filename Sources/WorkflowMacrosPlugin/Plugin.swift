import SwiftCompilerPlugin
import SwiftSyntaxMacros

/// What the compiler loads.
@main
struct Plugin: CompilerPlugin {
    let providingMacros: [any Macro.Type] = [
        WorkflowMacro.self, ActivityContainerMacro.self, HandlerMacro.self, ReplaySafeMacro.self,
    ]
}

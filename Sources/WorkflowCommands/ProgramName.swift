import Foundation

/// What the running program is called, so that people can repeat what a message tells them to call.
package enum ProgramName {
    /// The name in help, messages and logs.
    package static var current: String { InstalledRegistry.name }

    /// The last part of the path under which it was called.
    static var called: String {
        let name = ProcessInfo.processInfo.arguments.first.map { URL(filePath: $0).lastPathComponent } ?? ""
        return name.isEmpty ? "workflowctl" : name
    }

    /// A message with this program's name in the commands that it names. The engine below cannot know under which name it
    /// is called, and says `'workflowctl`.
    static func named(_ message: String) -> String {
        message.replacing("'workflowctl ", with: "'\(current) ")
    }
}

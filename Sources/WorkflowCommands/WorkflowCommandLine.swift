import ArgumentParser
import Synchronization
import WorkflowAPI
import WorkflowRuntime

/// A whole command line over a program's own workflow types.
///
/// ```swift
/// @main struct MyCtl: WorkflowCommandLine {
///     static let registry = WorkflowRegistry(taskQueue: "orders", workflows: [WorkflowRegistration(Order.self)])
/// }
/// ```
public protocol WorkflowCommandLine {
    /// What it knows to run.
    static var registry: WorkflowRegistry { get }
    /// Its name in messages, help and logs. Unless given, the name under which it was called.
    static var commandName: String { get }
    /// What `--version` prints. Unless given, the version of the engine.
    static var version: String { get }
}

extension WorkflowCommandLine {
    /// The last part of the path under which the program was called.
    public static var commandName: String { ProgramName.called }

    /// The version of the engine.
    public static var version: String { "workflow engine \(EngineVersion.current)" }

    /// Parses the arguments and runs the command.
    @concurrent
    public static func main() async {
        InstalledRegistry.install(registry, name: commandName, version: version)
        do {
            await RootCommand.main(
                try LeadingOptions.moved(Array(CommandLine.arguments.dropFirst()), under: RootCommand.self)
            )
        } catch {
            RootCommand.exit(withError: error)
        }
    }
}

/// The registry of the running program: the parser makes commands itself, so they cannot be handed one.
enum InstalledRegistry {
    private struct Program: Sendable {
        var registry: WorkflowRegistry
        var name: String
        var version: String
    }

    private static let installed = Mutex<Program?>(nil)

    static func install(_ registry: WorkflowRegistry, name: String, version: String) {
        installed.withLock { $0 = Program(registry: registry, name: name, version: version) }
    }

    static var current: WorkflowRegistry {
        installed.withLock { $0?.registry } ?? WorkflowRegistry(taskQueue: "default", workflows: [])
    }

    static var name: String { installed.withLock { $0?.name } ?? ProgramName.called }

    static var version: String { installed.withLock { $0?.version } ?? "" }
}

extension InstalledRegistry {
    /// The commands of the engine and those of the program.
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: name,
            abstract: "Starts workflows, talks to them, runs workers and looks after them.",
            discussion: """
                --store STORE, --namespace NAME, --payload-keys FILE, --history-key FILE and --json may stand before \
                the command or after it.
                """,
            version: version,
            subcommands: [
                StartCommand.self, SignalCommand.self, QueryCommand.self, ResultCommand.self, CancelCommand.self,
                TerminateCommand.self, ListCommand.self, CountCommand.self, DescribeCommand.self, ShowCommand.self,
                RetryCommand.self, ActivityCommand.self, WorkerCommand.self, TaskQueueCommand.self,
                NamespaceCommand.self, InboxCommand.self, SchemaCommand.self, BackupCommand.self, VerifyCommand.self,
                RebuildCommand.self, ExportCommand.self, ImportCommand.self, CopyCommand.self, ReplayCommand.self,
                KeysCommand.self,
            ] + current.commands
        )
    }
}

/// The tree of commands.
struct RootCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration { InstalledRegistry.configuration }
}

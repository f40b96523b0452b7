import ArgumentParser
import Synchronization
import WorkflowAPI

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
    /// Its name in messages and help.
    static var commandName: String { get }
}

extension WorkflowCommandLine {
    /// `workflowctl`.
    public static var commandName: String { "workflowctl" }

    /// Parses the arguments and runs the command.
    @concurrent
    public static func main() async {
        InstalledRegistry.install(registry)
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
    private static let installed = Mutex<WorkflowRegistry?>(nil)

    static func install(_ registry: WorkflowRegistry) { installed.withLock { $0 = registry } }

    static var current: WorkflowRegistry {
        installed.withLock { $0 } ?? WorkflowRegistry(taskQueue: "default", workflows: [])
    }
}

extension InstalledRegistry {
    /// The commands of the engine and those of the program.
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "workflowctl",
            abstract: "Starts workflows, talks to them, runs workers and looks after them.",
            discussion: "--store sqlite:PATH, --namespace NAME and --json may stand before the command or after it.",
            subcommands: [
                StartCommand.self, SignalCommand.self, QueryCommand.self, ResultCommand.self, CancelCommand.self,
                TerminateCommand.self, ListCommand.self, CountCommand.self, DescribeCommand.self, ShowCommand.self,
                RetryCommand.self, ActivityCommand.self, WorkerCommand.self, TaskQueueCommand.self,
                NamespaceCommand.self, SchemaCommand.self, BackupCommand.self,
            ] + current.commands
        )
    }
}

/// The tree of commands.
struct RootCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration { InstalledRegistry.configuration }
}

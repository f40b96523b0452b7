import WorkflowAPI
import WorkflowCommands

/// The command line for whoever has no program of their own: everything but a worker with workflow types in it.
@main
struct WorkflowCtl: WorkflowCommandLine {
    static let registry = WorkflowRegistry(taskQueue: "default", workflows: [])
}

package import Logging
package import WorkflowAPI

/// A workflow type as a worker knows it: its name, how it can be reached, and how a run of it is made.
public struct WorkflowRegistration: Sendable {
    /// The registered name.
    public let name: String
    /// The names of its signals.
    public let signals: [String]
    /// The names of its queries.
    public let queries: [String]
    /// Looks at the input of a run.
    package let checkInput: InputCheck
    /// Look at the arguments of signals.
    package let checkSignal: [String: InputCheck]
    /// Look at the arguments of queries.
    package let checkQuery: [String: InputCheck]
    private let makeInstance: @Sendable (RunContext) -> any WorkflowInstance

    /// Registers a workflow type.
    public init<Definition: WorkflowDefinition>(_ definition: Definition.Type) {
        var handlers = WorkflowHandlers<Definition>()
        Definition.handlers(&handlers)
        name = Definition.workflowName
        signals = handlers.signals.keys.sorted()
        queries = handlers.queries.keys.sorted()
        checkInput = InputCheck(inputOf: Definition.self)
        checkSignal = handlers.signalChecks
        checkQuery = handlers.queryChecks
        makeInstance = { [handlers] in TypedWorkflowInstance<Definition>(context: $0, handlers: handlers) }
    }

    /// A run that has not seen any history yet; to patches in `withheld` that its history does not have it answers false, as
    /// if it had come by before they were in the code.
    package func makeRun(
        namespace: Namespace,
        execution: WorkflowExecution,
        logger: Logger,
        withholding withheld: Set<String> = []
    ) -> WorkflowRun {
        let run = WorkflowRun(
            namespace: namespace,
            execution: execution,
            registration: self,
            logger: logger,
            makeInstance
        )
        run.withheldPatches = withheld
        return run
    }
}

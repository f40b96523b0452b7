import Logging
import WorkflowAPI

/// One workflow actor behind a face without generics.
protocol WorkflowInstance: AnyObject {
    /// Starts `run` as the run's first task.
    func start(_ input: [Payload])
    /// Starts the handler of a signal as a task of the run; false when there is none.
    func handleSignal(_ signal: WorkflowSignalInfo, _ input: [Payload]) -> Bool
    /// Answers a query on the calling thread.
    func query(_ name: String, _ arguments: [Payload]) throws -> Payload
    /// Lets go of the actor.
    func dispose()
}

/// The same with the type known.
///
/// `@unchecked Sendable`: touched only inside the context's scope, by one thread at a time.
final class TypedWorkflowInstance<Definition: WorkflowDefinition>: WorkflowInstance, @unchecked Sendable {
    private let context: RunContext
    private let handlers: WorkflowHandlers<Definition>
    private var workflow: Definition?

    init(context: RunContext, handlers: WorkflowHandlers<Definition>) {
        self.context = context
        self.handlers = handlers
        let workflow = Definition()
        self.workflow = workflow
        context.workflow = workflow
        ExecutorRegistry.register(workflow, context)
    }

    func dispose() {
        guard let workflow else { return }
        ExecutorRegistry.forget(workflow)
        self.workflow = nil
    }

    func start(_ input: [Payload]) {
        guard let workflow else { return }
        context.startRoot { [context] in
            do {
                context.closeRun(with: .completeWorkflow(.init(result: [try await workflow.runEncoded(input)])))
            } catch {
                context.closeRun(after: error)
            }
            context.isMainDone = true
        }
    }

    func handleSignal(_ signal: WorkflowSignalInfo, _ input: [Payload]) -> Bool {
        let name = signal.name
        guard let handler = handlers.signals[name], let workflow else { return false }
        context.runningHandlers.append(name)
        context.startRoot { [context] in
            let outcome: (any Error)?
            do {
                try await SignalScope.$signal.withValue(signal) { try await handler(workflow, input) }
                outcome = nil
            } catch {
                outcome = error
            }
            if let index = context.runningHandlers.firstIndex(of: name) { context.runningHandlers.remove(at: index) }
            switch outcome {
            // Cancelled: the run returned while the handler still ran.
            case nil, is CancellationError: break
            case let error as UnreadableArgument: context.skipSignal(name, why: error.reason)
            case let error?: context.closeRun(after: error)
            }
        }
        return true
    }

    func query(_ name: String, _ arguments: [Payload]) throws -> Payload {
        guard let handler = handlers.queries[name], let workflow else {
            let known = handlers.queries.keys.sorted().joined(separator: ", ")
            throw ApplicationError(
                type: "UnknownQuery",
                message: "workflow type '\(Definition.workflowName)' has no query '\(name)'; "
                    + (known.isEmpty ? "it has none" : "it has: \(known)")
            )
        }
        return try workflow.assumeIsolated { try handler($0, arguments) }
    }
}

extension WorkflowDefinition {
    fileprivate func runEncoded(_ input: [Payload]) async throws -> Payload {
        let argument: Input
        do {
            argument = try PayloadConverter.argument(input, as: Input.self)
        } catch {
            // Trying again would read the same input: the run fails, not the task.
            throw ApplicationError(
                type: "InvalidInput",
                message: "the input of \(Self.workflowName) cannot be read: \(error)",
                nonRetryable: true
            )
        }
        return try PayloadConverter.payload(try await run(argument))
    }
}

extension RunContext {
    /// The run's last command; the first one stands.
    func closeRun(with command: Command) {
        guard !isEvicting, !isClosing else { return }
        noteUnfinishedHandlers()
        issue(command, nil)
        isClosing = true
        cancelRoots()
    }

    /// How many unfinished handlers are named.
    private static let namedHandlers = 100

    /// Says which handlers the end of the run cancels: in the log, and with a marker before the closing event.
    private func noteUnfinishedHandlers() {
        guard !runningHandlers.isEmpty else { return }
        // As many as fit into a line and a payload; the rest is a number.
        let named = Array(runningHandlers.prefix(RunContext.namedHandlers))
        let rest = runningHandlers.count - named.count
        let names = named.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
        if !isReplaying {
            baseLogger.warning("the run ended while signal handlers still ran; they are cancelled: \(names)")
        }
        note(
            MarkerName.unfinishedHandlers,
            details: ["handlers": (try? PayloadConverter.payload(named)).map { [$0] } ?? []],
            type: "UnfinishedHandlers",
            message: "the run ended while signal handlers still ran, which were cancelled: \(names)"
        )
    }

    /// How a run ends that threw.
    func closeRun(after error: any Error) {
        guard !isEvicting else { return }
        let isCancellation =
            error is CancellationError || (error as? ActivityError)?.cause is CancellationError
        if isCancellation, cancelRequest != nil {
            closeRun(with: .cancelWorkflow(.init()))
        } else {
            closeRun(with: .failWorkflow(.init(failure: FailureConverter.failure(for: error))))
        }
    }

    /// Leaves a marker for a signal that nobody could take.
    func skipSignal(_ name: String, why reason: String) {
        note(
            MarkerName.skippedSignal,
            details: ["signal": (try? PayloadConverter.payload(name)).map { [$0] } ?? []],
            type: "SkippedSignal",
            message: "signal '\(name)' was skipped: \(reason)"
        )
    }

    /// Leaves a marker with a message for people.
    private func note(_ marker: String, details: [String: [Payload]], type: String, message: String) {
        let failure = Failure(
            message: message,
            source: FailureConverter.source,
            info: .application(.init(type: type, nonRetryable: true))
        )
        issue(.recordMarker(.init(markerName: marker, details: details, failure: failure)), nil)
    }
}

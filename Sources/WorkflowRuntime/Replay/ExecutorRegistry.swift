import CWorkflowHooks
import Synchronization

/// Which executor a workflow's actor belongs to. Asked by the runtime whenever somebody enters such an actor.
enum ExecutorRegistry {
    private static let contexts = Mutex<[ObjectIdentifier: RunContext]>([:])

    /// From now on the actor belongs to this run.
    static func register(_ workflow: any Actor, _ context: RunContext) {
        contexts.withLock { $0[ObjectIdentifier(workflow)] = context }
    }

    /// The actor is about to go.
    static func forget(_ workflow: any Actor) {
        _ = contexts.withLock { $0.removeValue(forKey: ObjectIdentifier(workflow)) }
    }

    /// The executor of the run that owns the actor. Another run that enters it is refused: what it wanted to do there is
    /// parked, and only the intruder is no longer trusted.
    static func executor(of workflow: any Actor) -> UnownedSerialExecutor {
        if let current = RunContext.current {
            if current.owns(workflow) { return current.executor.serial.asUnownedSerialExecutor() }
            current.poison(
                .otherRun,
                "workflow code touched the actor of another run",
                current.isPoisoned ? nil : CapturedStack.current()
            )
            return ParkingExecutor.shared.asUnownedSerialExecutor()
        }
        guard let owner = contexts.withLock({ $0[ObjectIdentifier(workflow)] }) else {
            return ParkingExecutor.shared.asUnownedSerialExecutor()
        }
        return owner.executor.serial.asUnownedSerialExecutor()
    }
}

/// Where jobs go that enter a workflow's actor outside of any run: they are kept and never run, so that a mistake in one
/// place ends nobody's process.
final class ParkingExecutor: SerialExecutor {
    static let shared = ParkingExecutor()

    private let parked = Mutex<[UnownedJob]>([])

    func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        parked.withLock { $0.append(unowned) }
    }
}

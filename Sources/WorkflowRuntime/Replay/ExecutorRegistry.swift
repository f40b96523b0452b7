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

    /// The executor of the run that owns the actor, whoever asks: were it the asker's, one run could change another.
    static func executor(of workflow: any Actor) -> UnownedSerialExecutor {
        if let current = RunContext.current, current.owns(workflow) {
            return current.executor.serial.asUnownedSerialExecutor()
        }
        let owner = contexts.withLock { $0[ObjectIdentifier(workflow)] }
        if let asking = RunContext.current {
            asking.poison("workflow code touched the actor of another run")
        }
        guard let owner else { return ParkingExecutor.shared.asUnownedSerialExecutor() }
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

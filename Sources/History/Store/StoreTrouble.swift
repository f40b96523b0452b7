import Database
import WorkflowAPI

extension DatabaseError {
    /// Store trouble in the words of the service: what a caller can act on. Bugs stay what they are.
    var translated: any Error {
        switch code {
        case .outcomeUnknown: WorkflowServiceError(.outcomeUnknown, message)
        case .busy, .full, .io, .noMemory, .cannotOpen, .closed, .serialization, .timeout, .connectionLost,
            .notPermitted:
            WorkflowServiceError(.unavailable, message)
        default: self
        }
    }
}

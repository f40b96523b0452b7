import ArgumentParser
import Database
import Foundation
import WorkflowAPI
import WorkflowRuntime

/// What each exit status means; part of the contract with scripts.
enum ExitStatus: Int32 {
    /// Refused: the message says why, and nothing was changed.
    case refused = 1
    /// The workflow closed without success.
    case workflowFailed = 2
    /// Waited long enough.
    case timeout = 3
    /// The file is damaged or not ours.
    case badFile = 65
    /// Busy, or no worker.
    case unavailable = 69
    /// The schema is newer than this program, or not migrated.
    case schema = 78
}

/// Turns errors into one line on stderr and an exit status.
enum Failures {
    static func exit(after error: any Error) -> any Error {
        if error is ExitCode || error is ValidationError || error is CleanExit { return error }
        Output.error(ProgramName.named(String(describing: error)))
        return ExitCode(status(of: error).rawValue)
    }

    private static func status(of error: any Error) -> ExitStatus {
        switch error {
        case let error as WorkflowServiceError:
            switch error.code {
            case .timeout: return .timeout
            case .unavailable, .outcomeUnknown, .noWorker: return .unavailable
            default: return .refused
            }
        case let error as DatabaseError:
            switch error.code {
            case .corrupt, .notOurs: return .badFile
            case .schemaTooNew, .schemaTooOld: return .schema
            case .busy, .full, .io, .noMemory, .closed, .outcomeUnknown, .connectionLost, .serialization, .timeout:
                return .unavailable
            default: return .refused
            }
        case is CodecError: return .badFile
        default: return .refused
        }
    }
}

import Foundation
import WorkflowAPI
import WorkflowRuntime

extension Workflow {
    /// When the run was started, by the store's clock: it goes by what its tenant had set until then.
    static var startedTime: Date? { info?.startTime.date }
}

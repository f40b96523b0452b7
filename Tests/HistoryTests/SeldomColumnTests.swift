import Testing
import WorkflowAPI

@testable import History

/// Which columns of a run most transitions leave as they are.
struct SeldomColumnTests {
    private let row: ExecutionRow = {
        var row = ExecutionRow(
            namespace: .default,
            execution: WorkflowExecution(workflowID: "order-1", runID: "run-1"),
            workflowType: "Order",
            taskQueue: "main",
            originalRunID: "run-1",
            startTime: .zero,
            taskTimeout: .seconds(10),
            lastEventTime: .zero
        )
        row.workflowTask = WorkflowTaskState(scheduledEventID: 2, scheduledTime: .zero, visibleTime: .zero)
        return row
    }()

    private let failure = Failure(message: "no", info: .timeout(type: .startToClose, lastHeartbeatDetails: []))

    private func keptSeldom(_ change: (inout ExecutionRow) -> Void) -> Bool {
        var changed = row
        change(&changed)
        return ExecutionColumns.keptSeldom(row, changed)
    }

    @Test func `every column that changes is written either with each transition or with the seldom ones`() {
        let frequent = Set(ExecutionColumns.frequent.map { ExecutionColumns.names[$0] })
        #expect(frequent.isDisjoint(with: ExecutionColumns.seldom))
        #expect(frequent.union(ExecutionColumns.seldom).union(ExecutionColumns.fixed) == Set(ExecutionColumns.names))
        #expect(ExecutionColumns.seldom.isDisjoint(with: ExecutionColumns.fixed))
    }

    @Test func `a change of a seldom column is noticed`() {
        #expect(!keptSeldom { $0.executionTimeout = .seconds(1) })
        #expect(!keptSeldom { $0.runTimeout = .seconds(1) })
        #expect(!keptSeldom { $0.taskTimeout = .seconds(1) })
        #expect(!keptSeldom { $0.deadline = .zero })
        #expect(!keptSeldom { $0.cancelRequested = true })
        #expect(!keptSeldom { $0.pendingTimerCount = 1 })
        #expect(!keptSeldom { $0.signalCount = 1 })
        #expect(!keptSeldom { $0.skippedSignalCount = 1 })
        #expect(!keptSeldom { $0.memo["a"] = Payload(metadata: [:], data: []) })
        #expect(!keptSeldom { $0.searchAttributes["a"] = Payload(metadata: [:], data: []) })
        #expect(!keptSeldom { $0.bufferedEventCount = 1 })
        #expect(!keptSeldom { $0.workflowTask?.lastFailure = failure })
        #expect(!keptSeldom { $0.workflowTask?.lastFailureCause = .nonDeterministicError })
    }

    @Test func `a failure goes with its task`() {
        var failed = row
        failed.workflowTask?.lastFailure = failure
        failed.workflowTask?.lastFailureCause = .nonDeterministicError
        var done = failed
        done.workflowTask = nil
        #expect(!ExecutionColumns.keptSeldom(failed, done))
        #expect(!ExecutionColumns.keptSeldom(done, failed))
        var again = failed
        again.workflowTask?.attempt = 3
        #expect(ExecutionColumns.keptSeldom(failed, again), "the failure stands there already")
    }

    @Test func `what a task of one activity changes needs no seldom column`() {
        #expect(
            keptSeldom {
                $0.stateVersion += 1
                $0.status = .completed
                $0.closeTime = .zero
                $0.nextEventID = 9
                $0.lastEventTime = Timestamp(nanoseconds: 5)
                $0.lastStartedEventID = 3
                $0.pendingActivityCount = 1
                $0.workflowTask = nil
                $0.stickyQueue = "cache"
                $0.stickyScheduleToStart = .seconds(5)
                $0.stickySession = 7
                $0.lastClaim = 1
                $0.chainHead = [1]
                $0.historySize = 100
            }
        )
    }
}

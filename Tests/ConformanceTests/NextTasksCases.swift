import History
import Testing
import WorkflowAPI
import WorkflowTesting

/// Work that an answer made and that its sender gets straight back.
enum NextTasksCases {
    static let all: [ConformanceCase] = [
        ConformanceCase("a completion hands over the activities that its sender has room for") { h in
            try await h.start()
            let next = try await h.complete(
                try await h.take(),
                [.activity("1"), .activity("2"), .activity("3")]
            ) { $0.wantedActivityTasks = 2 }
            #expect(next.activityTasks.map(\.activityID) == ["1", "2"])
            #expect(next.workflowTask == nil)
            #expect(try await h.pollActivity()?.activityID == "3")
            #expect(try await h.pollActivity() == nil)
            for task in next.activityTasks { try await h.complete(task) }
            #expect(try await h.describe().pendingActivities.count == 1)
        },
        ConformanceCase("a completion hands over nothing that was not asked for") { h in
            try await h.start()
            let next = try await h.complete(try await h.take(), [.activity()]) { $0.forceNewTask = true }
            #expect(next == NextTasks())
            #expect(try await h.pollActivity() != nil)
            #expect(try await h.poll() != nil)
        },
        ConformanceCase("an activity of another queue is not handed over") { h in
            try await h.start()
            let next = try await h.complete(try await h.take(), [.activity("1", queue: "cards"), .activity("2")]) {
                $0.wantedActivityTasks = 2
            }
            #expect(next.activityTasks.map(\.activityID) == ["2"])
            #expect(try await h.pollActivity(queue: "cards")?.activityID == "1")
        },
        ConformanceCase("an activity that does not want to be taken eagerly is not handed over") { h in
            try await h.start()
            let next = try await h.complete(try await h.take(), [.activity("1", eager: false), .activity("2")]) {
                $0.wantedActivityTasks = 2
            }
            #expect(next.activityTasks.map(\.activityID) == ["2"])
            #expect(try await h.pollActivity()?.activityID == "1")
        },
        ConformanceCase("a completion hands over the follow-up task with what its sender has not seen") { h in
            try await h.start()
            let task = try await h.take()
            try await h.signal("one")
            let next = try await h.complete(task, [.timer()]) {
                $0.wantsWorkflowTask = true
                $0.stickyQueue = .stickyA
            }
            let followUp = try #require(next.workflowTask)
            #expect(followUp.isPartial && followUp.previousStartedEventID == 3)
            #expect(
                followUp.history.map(\.type) == [
                    .taskCompleted, .timerStarted, .signaled, .taskScheduled, .taskStarted,
                ]
            )
            #expect(try await h.poll(sticky: .stickyA) == nil)
            try await h.complete(followUp, [.complete()])
            #expect(try await h.describe().summary.status == .completed)
        },
        ConformanceCase("without a sticky queue the follow-up task carries the whole history") { h in
            try await h.start()
            let next = try await h.complete(try await h.take()) {
                $0.wantsWorkflowTask = true
                $0.forceNewTask = true
            }
            let followUp = try #require(next.workflowTask)
            #expect(!followUp.isPartial && followUp.history.map(\.id) == [1, 2, 3, 4, 5, 6])
        },
        ConformanceCase("there is no follow-up task when nothing is new or the run closed") { h in
            try await h.start()
            let idle = try await h.complete(try await h.take(), [.timer()]) { $0.wantsWorkflowTask = true }
            #expect(idle == NextTasks())
            try await h.signal("one")
            let closed = try await h.complete(try await h.take(), [.activity(), .complete()]) {
                $0.wantsWorkflowTask = true
                $0.wantedActivityTasks = 4
            }
            #expect(closed == NextTasks())
        },
        ConformanceCase("an unhandled command hands the task with the news over") { h in
            try await h.start()
            let task = try await h.take()
            try await h.signal("one")
            let next = try await h.complete(task, [.complete()]) {
                $0.wantsWorkflowTask = true
                $0.stickyQueue = .stickyA
            }
            let followUp = try #require(next.workflowTask)
            #expect(followUp.history.map(\.type).contains(.signaled) && !followUp.isPartial)
            #expect(next.areCommandsRefused)
        },
        ConformanceCase("a refused command hands nothing over") { h in
            try await h.start()
            let next = try await h.complete(try await h.take(), [.activity(), .timer("")]) {
                $0.wantsWorkflowTask = true
                $0.wantedActivityTasks = 4
            }
            #expect(next == NextTasks(areCommandsRefused: true))
        },
        ConformanceCase("the answer to an activity hands over the task that it made") { h in
            try await h.start()
            try await h.turn([.activity()])
            let next = try await h.complete(try await h.takeActivity(), wantsWorkflowTask: true)
            #expect(next.workflowTask?.history.map(\.type).last == .taskStarted)
            #expect(try await h.poll() == nil)
            let task = try #require(next.workflowTask)
            try await h.complete(task, [.complete()])
        },
        ConformanceCase("the answer to an activity of another queue leaves the task to the workers of the run's queue")
        {
            h in
            try await h.start()
            try await h.turn([.activity(queue: "printers")])
            let task = try #require(try await h.pollActivity(queue: "printers"))
            let next = try await h.complete(task, wantsWorkflowTask: true, polling: "printers")
            #expect(next.workflowTask == nil)
            #expect(try await h.poll() != nil)
        },
        ConformanceCase("the answer to an activity leaves the task of a cached run to its cache") { h in
            try await h.start()
            try await h.complete(try await h.take(), [.activity()]) { $0.stickyQueue = .stickyA }
            let next = try await h.complete(try await h.takeActivity(), wantsWorkflowTask: true)
            #expect(next.workflowTask == nil)
            #expect(try await h.poll(sticky: .stickyA)?.isPartial == true)
        },
    ]
}

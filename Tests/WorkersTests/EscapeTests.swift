import Testing
import Workers
import WorkflowAPI
import WorkflowRuntime

@Suite(.timeLimit(.minutes(5)))
struct EscapeTests {
    /// Leaves the run where no shadowed name stands in the way; the run itself would come to its end unharmed.
    private actor Scattering: WorkflowDefinition {
        static let workflowName = "Collector"

        func run(_ count: Int) async throws -> Int {
            try scatter()
            return count
        }

        static let line = #line + 2
        @inline(never) private func scatter() throws {
            _ = _Concurrency.Task.detached { 1 + 1 }
            try _Concurrency.Task.checkCancellation()
        }
    }

    // By default. The hooks stay for the whole process, so that there is no test beside this one of a worker without them.
    @Test func `a worker that notices escapes fails the workflow task at once and names the cause`() async throws {
        let service = FakeTaskService()
        let configuration = testConfiguration(clock: TestClock())
        #expect(configuration.noticesEscapes, "on unless switched off")
        try await withWorker(service, configuration, workflows: [WorkflowRegistration(Scattering.self)]) { _ in
            service.add(HistoryScript(run: "run", count: 2).task(partial: false))
            let request = await service.first { call in
                if case .failWorkflow(let request) = call { request } else { nil }
            }
            #expect(request.failure.message.contains("use Workflow.spawn"), "\(request.failure.message)")
            let report = try #require(request.failure.escapeReport)
            #expect(report.kind == .task && report.workflowType == "Collector")
            let place = SourceLocation(fileID: "WorkersTests/EscapeTests.swift", line: Scattering.line)
            #expect(report.location == place, "\(report.stack ?? [])")
            #expect(report.function?.contains("scatter") == true)
            #expect(request.failure.message.contains("\(place)"), "\(request.failure.message)")
            #expect(report.stack?.isEmpty == false)
        }
    }
}

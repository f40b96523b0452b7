import Foundation
import Testing
import Workers
import WorkflowAPI

struct CrashBlameFileTests {
    private let directory: String

    init() throws {
        directory = NSTemporaryDirectory() + "blame-\(UInt64.random(in: 0 ... .max))/"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    private func token(_ activityID: String) -> TaskToken {
        TaskToken(
            namespace: .default,
            execution: WorkflowExecution(workflowID: "order", runID: "run"),
            runKey: 1,
            scheduledEventID: 5,
            startedEventID: 0,
            attempt: 2,
            claim: 3,
            activityID: activityID
        )
    }

    @Test func `a successor reads what a dead process had in work, once`() throws {
        let prefix = directory + "db-blame-"
        try CrashBlameRemains.leave([token("1"), token("2"), token("3")], cleared: 1, prefix: prefix)
        let reports = CrashBlameReport.leftBehind(prefix: prefix)
        #expect(reports.count == 1)
        #expect(Set(reports.first?.tokens.map(\.activityID) ?? []) == ["2", "3"])
        #expect(reports.first?.process == ProcessInfo.processInfo.processIdentifier)
        #expect(CrashBlameReport.leftBehind(prefix: prefix).isEmpty, "the first reader holds the lock")
        reports.first?.remove()
        withExtendedLifetime(reports) {}
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
    }

    @Test func `only marked tasks are blamed, the others were lost with them`() throws {
        let prefix = directory + "db-blame-"
        try CrashBlameRemains.leave([token("1"), token("2"), token("3")], unmarked: 2, prefix: prefix)
        let reports = CrashBlameReport.leftBehind(prefix: prefix)
        #expect(reports.flatMap(\.tokens).map(\.activityID) == ["3"])
        #expect(reports.map(\.others) == [2])
    }

    @Test func `a living process is not blamed and its file goes with it`() throws {
        let prefix = directory + "db-blame-"
        let file = try CrashBlameFile(prefix: prefix, slots: 2, number: 9)
        #expect(file.note(token("1")) != nil)
        #expect(file.note(token("2")) != nil)
        #expect(file.note(token("3")) == nil, "there is no third slot")
        #expect(CrashBlameReport.leftBehind(prefix: prefix).isEmpty)
        file.close()
        #expect(file.note(token("4")) == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
    }

    @Test func `other files and damaged ones blame nobody`() throws {
        let prefix = directory + "db-blame-"
        try Data("not ours".utf8).write(to: URL(fileURLWithPath: prefix + "text"))
        try Data().write(to: URL(fileURLWithPath: prefix + "empty"))
        try CrashBlameRemains.leave([token("1")], prefix: directory + "other-")
        #expect(CrashBlameReport.leftBehind(prefix: prefix).isEmpty)
        #expect(FileManager.default.fileExists(atPath: prefix + "text"))

        try CrashBlameRemains.leave([token("1"), token("2")], prefix: prefix)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: prefix + "dead"))
        bytes.replaceSubrange(4096..<4100, with: [0xFF, 0xFF, 0xFF, 0x7F])
        try bytes.write(to: URL(fileURLWithPath: prefix + "dead"))
        let reports = CrashBlameReport.leftBehind(prefix: prefix)
        #expect(reports.flatMap(\.tokens).map(\.activityID) == ["2"])
    }

    @Test func `a machine that went down blames nobody`() throws {
        let prefix = directory + "db-blame-"
        try CrashBlameRemains.leave([token("1")], prefix: prefix)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: prefix + "dead"))
        bytes.replaceSubrange(16..<20, with: Array("0000".utf8))
        try bytes.write(to: URL(fileURLWithPath: prefix + "dead"))
        let reports = CrashBlameReport.leftBehind(prefix: prefix)
        #expect(reports.count == 1)
        #expect(reports.first?.tokens.isEmpty == true)
    }

    @Test func `a place that cannot be written is refused with the path`() {
        #expect {
            try CrashBlameFile(prefix: directory + "missing/db-", slots: 1, number: 1)
        } throws: { error in
            let error = error as? WorkerError
            return error?.code == .crashBlameUnavailable && error?.message.contains("missing/db-") == true
        }
    }
}

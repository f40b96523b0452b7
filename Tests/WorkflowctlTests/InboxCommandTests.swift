import ChildProcesses
import Database
import Foundation
import Testing
import WorkflowAPI

/// Rows of the inbox through the program, with a worker, as another program writes them.
@Suite(.serialized) struct InboxCommandTests {
    @Test func `a row that another program wrote starts a workflow, and a refused one is told, tried again, dropped`()
        async throws
    {
        let program = try Program("greetingctl")
        defer { program.remove() }
        #expect(try program.run("schema", "migrate").status == 0)
        try write(program.path("workflow.db"))
        let worker = try program.startWorker()
        defer { worker.terminate() }
        // A row has no answer: whoever wrote it looks.
        for _ in 0..<500 where try program.run("describe", "hello").status != 0 {}
        let result = try program.run("result", "hello", "--timeout", "30s")
        #expect(result.status == 0 && result.output.contains("Salam, Rahima!"), "\(result.output) \(result.errors)")

        let problems = try program.run("list", "--problems")
        #expect(problems.status == 1)
        #expect(problems.output.contains("inbox row web-2: the signal of greet to nobody was refused at"))
        #expect(problems.output.contains("inbox retry web-2"))
        let listed = try program.run("inbox", "list", "--json").output
        #expect(listed.contains(#""kind":"signal""#) && listed.contains(#""problem":"inboxRefused""#))

        let again = try program.run("inbox", "retry", "web-2")
        #expect(again.status == 1 && again.errors.contains("refused again: no workflow with id 'nobody'"))
        #expect(try program.run("inbox", "drop", "web-2").status == 0)
        #expect(try program.run("inbox", "drop", "web-2").status == 1)
        #expect(try program.run("list", "--problems").status == 0)
    }

    /// What any driver does: two inserts and a commit, without our turns, clocks and names.
    private func write(_ path: String) throws {
        let connection = try SQLiteConnection(path: path, flags: 0x2 /* SQLITE_OPEN_READWRITE */, synchronous: "FULL")
        defer { connection.close() }
        try connection.executeScript(
            """
            BEGIN;
            INSERT INTO workflow_inbox (request_id, kind, workflow_id, workflow_type, task_queue, input)
                VALUES ('web-1', 'start', 'hello', 'Greeting', 'greetings', '"Salam"');
            INSERT INTO workflow_inbox (request_id, kind, workflow_id, signal_name, input)
                VALUES ('web-2', 'signal', 'nobody', 'greet', '"Karim"');
            INSERT INTO workflow_inbox (request_id, kind, workflow_id, signal_name, input)
                VALUES ('web-3', 'signal', 'hello', 'greet', '"Rahima"');
            COMMIT;
            """
        )
    }
}

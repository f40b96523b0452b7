import ChildProcesses
import Foundation
import History
import Testing
import WorkflowAPI

/// Payloads that are encrypted, through real processes on a real file.
@Suite(.serialized) struct EncryptionTests {
    private static let marker = "1990123456789"

    private let program: Program

    init() throws { program = try Program() }

    /// A new key in a file that nobody else may read, added to what is there. Gives the line.
    @discardableResult
    private func makeKey(_ id: String, in file: String = "payload.keys", mark: String = "") throws -> String {
        let outcome = try program.run("keys", "generate", "--id", id)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let url = URL(filePath: program.path(file))
        let before = (try? Data(contentsOf: url)) ?? Data()
        try (before + Data((outcome.output + mark + "\n").utf8)).write(to: url)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: url.path)
        return outcome.output
    }

    private func keyed(_ arguments: String..., file: String = "payload.keys") throws -> Program.Outcome {
        try program.run(arguments + ["--payload-keys", file])
    }

    private func startGreeting(_ id: String, file: String = "payload.keys") throws {
        let outcome = try keyed("start", "Greeting", "--id", id, "--input", "\"NID \(Self.marker)\"", file: file)
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    /// Runs a worker until `body` is done with it.
    private func withWorker(_ arguments: String..., body: () throws -> Void) throws {
        let worker = arguments.isEmpty ? try program.startWorker() : try program.startWorker(arguments[0], arguments[1])
        defer {
            worker.terminate()
            worker.waitUntilExit()
        }
        try body()
    }

    /// Asks until the answer holds; half a minute at most.
    private func wait(for expected: String, _ arguments: String...) throws {
        let end = ContinuousClock.now + .seconds(30)
        var last = ""
        while ContinuousClock.now < end {
            last = try program.run(arguments).output
            if last.contains(expected) { return }
        }
        Issue.record("'\(expected)' did not come of \(arguments): \(last)")
    }

    private func expectRefusal(_ outcome: Program.Outcome, _ says: String, status: Int32 = 1) {
        #expect(outcome.status == status)
        #expect(outcome.errors.contains(says), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1 || status == 64, "\(outcome.errors)")
        #expect(outcome.output.isEmpty, "\(outcome.output)")
    }

    /// Which files hold a text, in which writing whatsoever.
    private func files(in program: Program, with text: String) throws -> [String] {
        let forms = [text.data(using: .utf8), text.data(using: .utf16LittleEndian)].compactMap { $0 }
        return try program.contents().filter { file in forms.contains { file.value.range(of: $0) != nil } }.keys
            .sorted()
    }

    @Test func `with the key everything is as ever, and no word of it is in the files`() throws {
        defer { program.remove() }
        try makeKey("k2026")
        try startGreeting("g")
        #expect(try keyed("query", "g", "name").output == "\"\"")
        try withWorker("--payload-keys", "payload.keys") { () throws in
            let signal = try keyed("signal", "g", "greet", "--input", "\"Rahima Khatun\"")
            #expect(signal.status == 0 && signal.errors.isEmpty, "\(signal.errors)")
            let result = try keyed("result", "g", "--timeout", "30s")
            #expect(result.output == "\"sent: NID \(Self.marker), Rahima Khatun!\"", "\(result.errors)")
            #expect(try files(in: program, with: Self.marker).isEmpty, "while the log is not yet folded in")
        }
        #expect(try keyed("query", "g", "name").output == "\"Rahima Khatun\"")
        #expect(try keyed("describe", "g").output.contains("result     \"sent: NID \(Self.marker)"))
        #expect(try keyed("describe", "g", "--json").output.contains(#""result":"sent: NID \#(Self.marker)"#))
        let shown = try keyed("show", "g").output
        #expect(shown.contains("workflow started: Greeting \"NID \(Self.marker)\""))
        #expect(shown.contains("activity 1 sendMail scheduled \"NID \(Self.marker), Rahima Khatun!\""))
        #expect(!shown.contains("encrypted"))
        #expect(try program.run("backup", "copy.db").status == 0)
        for word in [Self.marker, "Rahima", "Khatun", "sent: "] {
            #expect(try files(in: program, with: word).isEmpty, "\(word)")
        }
        for word in ["sendMail", "binary/encrypted"] {
            let found = try files(in: program, with: word)
            #expect(
                found.contains("copy.db") && found.contains { $0.hasPrefix("workflow.db") },
                "names are in the clear"
            )
        }

        let plain = try Program()
        defer { plain.remove() }
        #expect(try plain.run("start", "Greeting", "--id", "g", "--input", "\"NID \(Self.marker)\"").status == 0)
        #expect(try !files(in: plain, with: Self.marker).isEmpty, "the search finds what is there")
    }

    @Test func `without the key it is said which one is missing, and nothing else is told`() throws {
        defer { program.remove() }
        try makeKey("k2026")
        try makeKey("k1999", in: "other.keys")
        try startGreeting("g")
        try withWorker("--payload-keys", "payload.keys") { () throws in
            #expect(try keyed("signal", "g", "greet", "--input", "\"Rahima\"").status == 0)
            #expect(try keyed("result", "g", "--timeout", "30s").status == 0)
        }
        let missing = "encrypted with key 'k2026'"
        expectRefusal(try program.run("result", "g"), "the result of workflow 'g' cannot be shown: it was \(missing)")
        expectRefusal(try program.run("result", "g", "--json"), "give that with --payload-keys FILE")
        expectRefusal(
            try program.run("query", "g", "name"),
            "this payload was \(missing), which was not given (PayloadKeys; --payload-keys FILE)"
        )
        let wrong = "this payload was \(missing), which is not among the keys given (k1999)"
        expectRefusal(try keyed("result", "g", file: "other.keys"), wrong)
        expectRefusal(try keyed("query", "g", "name", file: "other.keys"), wrong)

        for outcome in [try program.run("show", "g"), try keyed("show", "g", file: "other.keys")] {
            #expect(outcome.status == 0)
            #expect(outcome.output.contains("workflow started: Greeting <encrypted with key k2026> (by "))
            #expect(outcome.output.contains("signal greet <encrypted with key k2026>"))
            #expect(outcome.output.contains("workflow completed <encrypted with key k2026>"))
        }
        #expect(try program.run("describe", "g").output.contains("result     <encrypted with key k2026>"))
        let described = try program.run("describe", "g", "--json").output
        #expect(described.contains(#""encoding":"binary/encrypted","encryptionKeyId":"k2026""#), "\(described)")
        // Temporal's history JSON of what is stored: the metadata in base64.
        let json = try program.run("show", "g", "--json").output
        #expect(json.contains(#""encoding":"\#(Data("binary/encrypted".utf8).base64EncodedString())""#))
        #expect(json.contains(#""encryption-key-id":"\#(Data("k2026".utf8).base64EncodedString())""#))
        #expect(try keyed("show", "g", "--json").output.contains(Data(#""Rahima""#.utf8).base64EncodedString()))
        #expect(try program.run("count").output == "completed 1")
        #expect(try program.run("list").output.contains("completed"))
    }

    @Test func `a worker without the key fails the task, visibly, and one with it carries on`() throws {
        defer { program.remove() }
        try makeKey("k2026")
        try makeKey("k1999", in: "other.keys")
        try startGreeting("g")
        let missing = "last failure: the payload codec: this payload was encrypted with key 'k2026', which"
        try withWorker { try wait(for: "\(missing) was not given", "describe", "g") }
        try withWorker("--payload-keys", "other.keys") {
            try wait(for: "\(missing) is not among the keys given (k1999)", "describe", "g")
        }
        #expect(try program.run("list", "--problems").output.contains("g: its workflow task keeps failing"))
        // Without keys a signal is taken, but not in silence.
        let signal = try program.run("signal", "g", "greet", "--input", "\"Rahima\"")
        #expect(signal.status == 0)
        #expect(
            signal.errors
                == "warning: this signal is stored in the clear, while the input of workflow 'g' is encrypted "
                + "with key 'k2026'; --payload-keys FILE encrypts"
        )
        try withWorker("--payload-keys", "payload.keys") { () throws in
            #expect(
                try keyed("result", "g", "--timeout", "30s").output == "\"sent: NID \(Self.marker), Rahima!\""
            )
        }
        let shown = try program.run("show", "g").output
        #expect(shown.contains("signal greet \"Rahima\""))
        #expect(shown.components(separatedBy: "workflow task failed").count == 2, "only the first failure is written")
    }

    @Test func `runs from before a rotation, and from before encryption, go on after it`() throws {
        defer { program.remove() }
        #expect(try program.run("start", "Greeting", "--id", "plain", "--input", "\"Hello\"").status == 0)
        let old = try makeKey("k2025", in: "old.keys")
        try startGreeting("old", file: "old.keys")
        try withWorker("--payload-keys", "old.keys") { try wait(for: "workflow task completed", "show", "old") }

        try (old + "\n").write(toFile: program.path("payload.keys"), atomically: true, encoding: .utf8)
        try makeKey("k2026", mark: " active")
        try startGreeting("new")
        try withWorker("--payload-keys", "payload.keys") { () throws in
            for id in ["plain", "old", "new"] {
                #expect(try keyed("signal", id, "greet", "--input", "\"R\"").status == 0)
                let greeting = id == "plain" ? "Hello" : "NID \(Self.marker)"
                #expect(try keyed("result", id, "--timeout", "30s").output == "\"sent: \(greeting), R!\"")
            }
        }
        try makeKey("k2026b", in: "new.keys")
        let shown = try program.run("show", "old").output
        #expect(shown.contains("workflow started: Greeting <encrypted with key k2025>"))
        #expect(shown.contains("workflow completed <encrypted with key k2026>"))
        #expect(try !program.run("show", "new").output.contains("k2025"))
        #expect(try program.run("show", "plain").output.contains("workflow started: Greeting \"Hello\""))
        let json = try program.run("result", "plain")
        expectRefusal(json, "encrypted with key 'k2026'")
        // With the new key alone the result is read, though what came before it is not.
        let line = try String(contentsOfFile: program.path("payload.keys"), encoding: .utf8).split(separator: "\n")[1]
        let variable = "WORKFLOW_PAYLOAD_KEYS='\(line)'"
        #expect(try program.run(variable: variable, ["result", "old"]).output.contains(Self.marker))
        expectRefusal(
            try program.run(variable: variable, ["query", "old", "name"]),
            "this payload was encrypted with key 'k2025', which is not among the keys given (k2026)"
        )
    }

    @Test func `keys come from a file or the environment, and what is wrong with them is said before anything is made`()
        throws
    {
        defer { program.remove() }
        let line = try makeKey("k2026")
        let secret = String(line.split(separator: " ")[1])
        let start = ["start", "Greeting", "--id", "g", "--input", "\"Hello\""]
        func refused(_ variable: String?, _ arguments: [String], _ says: String, status: Int32 = 1) throws {
            let outcome = try variable.map { try program.run(variable: $0, arguments) } ?? program.run(arguments)
            expectRefusal(outcome, says, status: status)
            #expect(!outcome.errors.contains(secret.prefix(12)))
            #expect(try program.contents().keys.sorted() == ["payload.keys"])
        }
        try refused(nil, start + ["--payload-keys", "no.keys"], "'no.keys' cannot be read: no such file or directory")
        try refused("WORKFLOW_PAYLOAD_KEYS_FILE=no.keys", start, "'no.keys' cannot be read")
        try refused("WORKFLOW_PAYLOAD_KEYS_FILE=no.keys", ["worker"], "'no.keys' cannot be read")
        try refused("WORKFLOW_PAYLOAD_KEYS=payload.keys", start, "WORKFLOW_PAYLOAD_KEYS, line 1: not of the form")
        try refused("WORKFLOW_PAYLOAD_KEYS='\(line)=='", start, "line 1: the key is neither base64 nor hex")
        try refused("WORKFLOW_PAYLOAD_KEYS='\(line), \(line)'", start, "line 1: the id 'k2026' is there twice")
        try refused(nil, start + ["--payload-keys", line], "a key was given in place of its name")
        try refused(
            "WORKFLOW_PAYLOAD_KEYS_FILE=payload.keys WORKFLOW_PAYLOAD_KEYS='\(line)'",
            start,
            "are both set; which is meant?",
            status: 64
        )
        let file = program.path("payload.keys")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
        try refused(nil, start + ["--payload-keys", file], "can be used by others (mode 644); 'chmod 600' mends that")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)

        #expect(try program.run(variable: "WORKFLOW_PAYLOAD_KEYS_FILE=payload.keys", start).status == 0)
        #expect(try program.run("show", "g").output.contains("Greeting <encrypted with key k2026>"))
        let shown = try program.run(variable: "WORKFLOW_PAYLOAD_KEYS='\(line)'", ["show", "g"])
        #expect(shown.output.contains("Greeting \"Hello\""))
        #expect(try program.run("--payload-keys=payload.keys", "show", "g").output.contains("Greeting \"Hello\""))
    }

    @Test func `a damaged payload is called so, and whoever completes an activity in the clear is warned`() async throws
    {
        defer { program.remove(leavingHistories: "a payload is damaged") }
        try makeKey("k2026")
        let store = try await ScriptedStore(program)
        let worker = try await store.register("worker-a")
        let metadata = [
            "encoding": "binary/encrypted", "encryption-cipher": "AES-256-GCM", "encryption-key-id": "k2026",
        ]
        let damaged = Payload(metadata: metadata.mapValues { Array($0.utf8) }, data: Array(repeating: 7, count: 60))
        _ = try await store.engine.service.startWorkflow(
            StartWorkflowRequest(
                workflowID: "g",
                workflowType: "Greeting",
                taskQueue: "greetings",
                input: [damaged],
                identity: "client",
                requestID: "start"
            )
        )
        try await store.turn(worker, [.mail("1"), .mail("2")])
        #expect(try program.run("show", "g").output.contains("Greeting <encrypted with key k2026> (by"))
        #expect(try keyed("show", "g").output.contains("Greeting <damaged, encrypted with key k2026> (by"))
        expectRefusal(
            try keyed("query", "g", "name"),
            "this payload is damaged, or was encrypted with another key than"
        )

        let complete = ["activity", "complete", "g"]
        let plain = try program.run(complete + ["1", "--input", "5", "--json"])
        #expect(plain.status == 0 && plain.output.contains(#""outcome":"completed""#))
        #expect(plain.errors.hasPrefix("warning: this result is stored in the clear, while the input of workflow 'g'"))
        let encrypted = try program.run(complete + ["2", "--input", "5", "--payload-keys", "payload.keys"])
        #expect(encrypted.status == 0 && encrypted.errors.isEmpty, "\(encrypted.errors)")
        let shown = try program.run("show", "g").output
        #expect(shown.contains("activity completed 5"))
        #expect(shown.contains("activity completed <encrypted with key k2026>"))
        await store.engine.close()
    }

    @Test func `a new key can be used as it is printed`() throws {
        defer { program.remove() }
        let first = try program.run("keys", "generate").output.split(separator: " ").map(String.init)
        #expect(first.count == 2)
        #expect(first[0].wholeMatch(of: #/k20\d\d-\d\d-\d\d/#) != nil, "\(first[0])")
        #expect(Data(base64Encoded: first[1])?.count == 32)
        #expect(try program.run("keys", "generate").output != first.joined(separator: " "))
        let json = try program.run("keys", "generate", "--id", "a", "--json").output
        #expect(json.wholeMatch(of: #/{"id":"a","key":"[A-Za-z0-9+\/]{43}="}/#) != nil, "\(json)")
        expectRefusal(try program.run("keys", "generate", "--id", "a b"), "an id has 1 to 40 letters")
        #expect(try program.contents().isEmpty, "nothing is written")
    }
}

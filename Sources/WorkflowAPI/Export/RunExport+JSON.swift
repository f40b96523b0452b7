extension RunExport {
    /// The messages below as `history.schema` writes them; the names are part of the exported form.
    private static let messages = ProtobufJSON(
        describing: """
            M export.v1.Export|1 events *m:history.v1.HistoryEvent|2 run m:export.v1.Run
            M export.v1.Run|1 format i32|2 namespace str|3 workflowId str|4 runId str|5 isCurrent bool|\
            6 workflowTask m:export.v1.Task|7 activities *m:export.v1.Activity|\
            8 bufferedEvents *m:history.v1.HistoryEvent|9 requests *m:export.v1.Request|10 lastClaim i64
            M export.v1.Task|1 scheduledEventId i64|2 startedEventId i64|3 attempt i32|4 phase e:export.v1.Phase|\
            5 scheduledTime ts|6 visibleTime ts|7 startedTime ts|8 claim i64|9 identity str|\
            10 lastFailure m:failure.v1.Failure|11 lastFailureCause e:enums.v1.WorkflowTaskFailedCause|12 crashes i32|\
            13 blamedClaim i64
            M export.v1.Activity|1 scheduledEventId i64|2 attempt i32|3 phase e:export.v1.Phase|4 visibleTime ts|\
            5 startedTime ts|6 claim i64|7 identity str|8 lastFailure m:failure.v1.Failure|\
            9 heartbeatDetails m:common.v1.Payloads|10 lastHeartbeatTime ts|11 crashes i32|12 blamedClaim i64
            M export.v1.Request|1 kind e:export.v1.RequestKind|2 id str
            E export.v1.Phase|0 BACKING_OFF|1 READY|2 STARTED|3 QUARANTINED
            E export.v1.RequestKind|0 START|1 SIGNAL|2 CANCEL
            """
    )

    /// The export as JSON on one line.
    package func json() throws -> String { try Self.messages.text(self, named: "export.v1.Export") }

    /// Reads what ``json()`` wrote; fields that nobody knows are passed over. Throws ``JSONProblem`` and ``CodecError``.
    package init(json text: some Collection<UInt8>) throws {
        self = try Self.messages.message(RunExport.self, named: "export.v1.Export", from: text)
        guard run.format > 0 else {
            throw JSONProblem(message: "there is no 'run' beside the events: 'export' writes what can be imported")
        }
        guard run.format <= RunExport.format else {
            throw JSONProblem(
                message: "it has form \(run.format), this program reads up to \(RunExport.format): a newer one wrote it"
            )
        }
    }
}

package import WorkflowAPI

extension Transition {
    /// The first change of a run: its started event, and its first workflow task unless the start is delayed.
    package init(starting request: StartWorkflowRequest, runID: RunID, at time: Timestamp) throws {
        try request.validate()
        let started = HistoryEvent.WorkflowExecutionStarted(
            workflowType: request.workflowType,
            taskQueue: request.taskQueue,
            input: request.input,
            workflowExecutionTimeout: request.executionTimeout.positive,
            workflowRunTimeout: [request.runTimeout.positive, request.executionTimeout.positive].compactMap { $0 }
                .min(),
            workflowTaskTimeout: request.taskTimeout,
            originalRunID: runID,
            firstRunID: runID,
            workflowID: request.workflowID,
            identity: request.identity,
            expirationTime: request.executionTimeout.positive.map { time + request.startDelay + $0 },
            firstWorkflowTaskBackoff: request.startDelay,
            memo: request.memo,
            searchAttributes: request.searchAttributes,
            header: request.header
        )
        self.init(
            state: MutableState(beginning: started, runID: runID, in: request.namespace, at: time),
            at: time
        )
        try append(.workflowExecutionStarted(started))
        usedRequests.append(RequestKey(.start, request.requestID))
        if request.startDelay > .zero {
            delayFirstWorkflowTask(by: request.startDelay)
        } else {
            try scheduleWorkflowTask()
        }
    }
}

extension StartWorkflowRequest {
    /// Refuses what no run may have.
    func validate() throws {
        try checkIdentifier(workflowID.rawValue, "workflow id")
        try checkIdentifier(workflowType, "workflow type")
        try checkIdentifier(taskQueue.rawValue, "task queue")
        try checkIdentifier(requestID, "request id")
        for payload in input { try payload.checkSize("the input of workflow \(workflowID)") }
        for (fields, name) in [(memo, "memo"), (searchAttributes, "search attribute"), (header, "header field")] {
            for (key, payload) in fields { try payload.checkSize("\(name) '\(key)' of workflow \(workflowID)") }
        }
        guard taskTimeout > .zero, taskTimeout <= .seconds(120) else {
            throw WorkflowServiceError(.invalidArgument, "the workflow task timeout must be over 0 and at most 120 s")
        }
        for (limit, name) in [(executionTimeout, "execution"), (runTimeout, "run")] {
            guard (limit ?? .zero) >= .zero else {
                throw WorkflowServiceError(
                    .invalidArgument,
                    "the \(name) timeout of workflow \(workflowID) is negative"
                )
            }
        }
        guard startDelay >= .zero else {
            throw WorkflowServiceError(.invalidArgument, "the start delay of workflow \(workflowID) is negative")
        }
    }
}

/// Refuses an empty or over-long id, and one with characters that would break a line or move a terminal's cursor.
package func checkIdentifier(_ value: String, _ what: String) throws {
    guard !value.isEmpty else { throw WorkflowServiceError(.invalidArgument, "the \(what) is empty") }
    guard value.utf8.count <= IdentifierLimits.maxLength else {
        throw WorkflowServiceError(
            .invalidArgument,
            "the \(what) has \(value.utf8.count) bytes; the limit is \(IdentifierLimits.maxLength)"
        )
    }
    // Looking properties up costs more than all the rest of a start.
    if value.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return }
    let control = value.unicodeScalars.enumerated().first { _, scalar in
        [.control, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
    }
    if let (index, scalar) = control {
        let code = String(scalar.value, radix: 16, uppercase: true)
        throw WorkflowServiceError(
            .invalidArgument,
            "the \(what) holds a control character (U+\(String(repeating: "0", count: max(0, 4 - code.count)))\(code)) "
                + "as character \(index + 1)"
        )
    }
}

/// Refuses a retention that would keep nothing.
func checkRetention(_ retention: Duration?, of namespace: Namespace) throws {
    guard let retention, retention <= .zero else { return }
    throw WorkflowServiceError(.invalidArgument, "the retention of namespace '\(namespace)' must be longer than zero")
}

import WorkflowAPI

/// Looks at all rows of one run and says what is wrong with them.
package struct RunVerification: Sendable {
    /// What was found, the history first.
    package private(set) var problems: [StoreProblem] = []
    /// Rows of history whose link has no key.
    package private(set) var plainRows = 0
    /// Rows of history whose link has a key that is not here, by the key's id.
    package private(set) var uncheckedRows: [String: Int] = [:]
    let record: RunRecord

    /// Looks at a run. `keys` check what was chained with them; with `requiresKey` a row that was not is a problem.
    package init(_ record: RunRecord, keys: HistoryKeys? = nil, requiresKey: Bool = false) {
        self.record = record
        for (part, why) in record.unreadable.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            note(
                part == .buffer || part == .row ? .unreadable : .derived,
                nil,
                "\(part.rawValue) cannot be read (\(why))"
            )
        }
        checkChain(keys, requiresKey)
        if let events = readEvents() {
            audit(events)
            if let state = record.state { check(events, against: state) }
        }
        guard problems.contains(where: { $0.kind.isOfHistory }) else { return }
        for index in problems.indices { problems[index].distrustHistory() }
    }

    private mutating func check(_ events: [HistoryEvent], against state: MutableState) {
        checkFold(events, state)
        checkListing(state)
        checkPrimaryRows(state)
        checkIsCarriedOn(events, state)
    }

    mutating func note(_ kind: StoreProblem.Kind, _ eventID: Int64?, _ what: String) {
        problems.append(StoreProblem(kind, of: record.name, event: eventID, what))
    }

    private mutating func checkChain(_ keys: HistoryKeys?, _ requiresKey: Bool) {
        var previous: [UInt8] = []
        var hasKeyedRows = false
        var isBroken = false
        for row in record.rows {
            switch HistoryChain.verdict(on: row, after: previous, record.name.execution.runID, keys: keys) {
            case .holdsKeyed: hasKeyedRows = true
            case .holds:
                plainRows += 1
                if requiresKey || hasKeyedRows, keys != nil {
                    note(.chain, row.firstEventID, "was written without the key of the chain")
                }
            case .missingKey(let id):
                hasKeyedRows = true
                uncheckedRows[id, default: 0] += 1
            case .broken:
                // What follows an edited row was chained to what it was: one finding says it all.
                if !isBroken { note(.chain, row.firstEventID, "the chain breaks: these bytes are not what was stored") }
                isBroken = true
            }
            previous = row.link
        }
        guard let state = record.state, !isBroken else { return }
        if previous != state.execution.chainHead {
            note(.chain, nil, "the chain does not end with the link that the row of the run has")
        }
        let size = record.rows.reduce(0) { $0 + Int64($1.bytes.count) }
        if size != state.execution.historySize {
            note(.derived, nil, "the size of the history is \(state.execution.historySize), by the history \(size)")
        }
    }

    /// The events; nil, and a problem, where they cannot be read.
    private mutating func readEvents() -> [HistoryEvent]? {
        var events: [HistoryEvent] = []
        for row in record.rows {
            do {
                let read = try row.events()
                if let first = read.first, first.id != row.firstEventID {
                    note(.numbering, first.id, "stands in the row of event \(row.firstEventID)")
                }
                events += read
            } catch {
                note(.unreadable, row.firstEventID, "the events from here on cannot be read (\(error))")
                return nil
            }
        }
        return events
    }

    private mutating func audit(_ events: [HistoryEvent]) {
        var audit = EventAudit()
        for event in events { audit.read(event) }
        audit.finish(status: record.state?.execution.status)
        if record.unreadable[.buffer] == nil, let state = record.state {
            for event in state.buffered { audit.readBuffered(event.attributes, at: event.time) }
            checkRequests(audit.signals)
        }
        if let state = record.state { checkTask(audit, state) }
        for finding in audit.findings { note(finding.kind, finding.eventID, finding.what) }
    }

    /// A signal was acknowledged when its request id was written: it is in the history, or on its way there.
    private mutating func checkRequests(_ recorded: Set<String>) {
        let acknowledged = Set(record.requests.filter { $0.kind == .signal }.map(\.id))
        for id in acknowledged.subtracting(recorded).sorted() {
            note(.signal, nil, "the signal with request id '\(id)' was acknowledged, but is not in the history")
        }
        for id in recorded.subtracting(acknowledged).sorted() {
            note(.signal, nil, "the request id '\(id)' of a signal is not remembered: a repeat would count twice")
        }
    }

    /// The task that the history leaves open is the one that the row has.
    private mutating func checkTask(_ audit: EventAudit, _ state: MutableState) {
        let row = state.execution
        guard row.status == .running else { return }
        if let started = audit.startedTask {
            if row.workflowTask?.phase != .started || row.workflowTask?.startedEventID != started {
                note(
                    .primary,
                    started,
                    "the workflow task was started and not ended, but the row of the run has no such"
                )
            }
        } else if let scheduled = audit.scheduledTask {
            if row.workflowTask?.phase == .started || row.workflowTask?.scheduledEventID != scheduled {
                note(.primary, scheduled, "a workflow task waits, but the row of the run has no such")
            }
        } else if let task = row.workflowTask, task.scheduledEventID != 0, !task.isTransient {
            note(.primary, nil, "the row of the run has a workflow task that the history does not know")
        }
    }
}

import OrderedCollections
package import WorkflowAPI

/// Local activities: what ends within a workflow task moves the code on within it.
///
/// Each end is a round of its own: a marker, then the code until nothing moves. Live and in replay the rounds are the same,
/// one for each marker in the order of history. What was asked for in an earlier round of a workflow task has left the code's
/// hands: it is cancelled with a command of its own, never taken back, since history has it before the marker.
extension WorkflowRun {
    /// Tells the code how local activities ended, one after the other, and runs it each time until nothing moves.
    /// Throws ``WorkflowTaskFailure``; the run is good for nothing then but ``evict()``.
    /// - Returns: what it has asked for in the workflow task so far. An end that nobody waits for changes nothing.
    package func end(
        _ ends: [LocalActivityEnd],
        of task: WorkflowTask,
        beat: @escaping () -> Void = {}
    ) throws(WorkflowTaskFailure) -> WorkflowActivation {
        for var end in ends {
            beat()
            guard let context, !context.isClosing, let local = context.openLocalActivity(end.sequence) else { continue }
            // The run's time never goes back, whatever clock measured this.
            end.time = max(end.time, context.now)
            try endLocalActivity(end, LocalActivityMarker.command(end, of: local), context)
        }
        return try activation(of: task)
    }

    /// The same from history.
    func endLocalActivity(_ event: HistoryEvent.MarkerRecorded) throws(WorkflowTaskFailure) {
        guard let context, !context.isClosing, let marker = LocalActivityMarker(event),
            context.openLocalActivity(marker.end.sequence)?.activityType == marker.activityType
        else { return }
        // Live, the thread was free in between.
        beat()
        let command = Command.RecordMarker(
            markerName: event.markerName,
            details: event.details,
            failure: event.failure
        )
        try endLocalActivity(marker.end, command, context)
    }

    private func endLocalActivity(
        _ end: LocalActivityEnd,
        _ marker: Command.RecordMarker,
        _ context: RunContext
    ) throws(WorkflowTaskFailure) {
        context.issued.removeAll(keepingCapacity: true)
        context.now = max(context.now, end.time)
        context.scope {
            context.endLocalActivity(end, marker)
            context.settle()
        }
        try requireTrusted(context)
        unmatched.append(contentsOf: context.issued)
        asked.append(contentsOf: context.issued)
    }
}

extension RunContext {
    fileprivate func openLocalActivity(_ sequence: Int) -> LocalActivityTask? {
        guard let key = localSlots[sequence], case .local(let slot)? = slots[key] else { return nil }
        return slot.task
    }
}

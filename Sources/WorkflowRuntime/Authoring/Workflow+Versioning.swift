import WorkflowAPI

extension Workflow {
    /// Whether the run takes the new branch of a change.
    ///
    /// A run that gets here for the first time does, and records it; a run that went by here before the change does not.
    /// The answer for an id never changes within a run. Outside of a run, or in a query, false for an id not asked yet.
    public static func patched(_ id: String, fileID: String = #fileID, line: Int = #line) -> Bool {
        RunContext.current?.patched(id, deprecated: false, SourceLocation(fileID: fileID, line: line)) ?? false
    }

    /// Says that every open run takes the new branch, so that ``patched(_:)`` can be removed from the code.
    public static func deprecatePatch(_ id: String, fileID: String = #fileID, line: Int = #line) {
        _ = RunContext.current?.patched(id, deprecated: true, SourceLocation(fileID: fileID, line: line))
    }
}

/// The marker by which a run remembers which branch of a change it took.
package enum PatchMarker {
    /// The marker's name.
    package static let name = MarkerName.patch
    /// The detail that holds the id.
    package static let idKey = "id"
    /// The detail that says that the old branch is gone.
    package static let deprecatedKey = "deprecated"

    static func command(_ id: String, deprecated: Bool) -> Command {
        .recordMarker(
            .init(
                markerName: name,
                details: [
                    idKey: [.json(quoted(id))],
                    deprecatedKey: [.json(deprecated ? "true" : "false")],
                ]
            )
        )
    }

    /// The id that a marker is about; nil if it is no patch marker.
    static func id(_ attributes: HistoryEvent.MarkerRecorded) -> String? {
        id(attributes.markerName, attributes.details)
    }

    /// The same for a command.
    static func id(_ command: Command.RecordMarker) -> String? { id(command.markerName, command.details) }

    private static func id(_ markerName: String, _ details: [String: [Payload]]) -> String? {
        guard markerName == name, let payload = details[idKey]?.first else { return nil }
        return try? PayloadConverter.value(payload)
    }

    private static func quoted(_ text: String) -> String {
        (try? PayloadConverter.payload(text)).map { String(decoding: $0.data, as: UTF8.self) } ?? "\"\""
    }
}

extension RunContext {
    func patched(_ id: String, deprecated: Bool, _ location: SourceLocation) -> Bool {
        if let known = patches[id] { return known }
        guard !isReadOnly, !isEvicting else { return false }
        let takesNew = deprecated || recordedPatches.contains(id) || !isReplaying && !withheldPatches.contains(id)
        patches[id] = takesNew
        if deprecated { deprecatedPatches.insert(id) }
        // A deprecated patch that history does not have was never recorded: it must not be now, while replaying.
        if takesNew, !isReplaying || recordedPatches.contains(id) {
            issue(PatchMarker.command(id, deprecated: deprecated), location)
        }
        return takesNew
    }
}

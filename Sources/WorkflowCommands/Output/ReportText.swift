import WorkflowAPI
import WorkflowRuntime

/// Why a run cannot be carried on by the code that there is: the reports of replay, for people and as JSON.
enum ReportText {
    /// Where code and history differ.
    static func lines(_ report: NondeterminismReport) -> [String] {
        var rows = [
            ("at event", String(report.eventID)), ("history has", report.expected), ("the code", report.actual),
        ]
        if let location = report.location { rows.append(("in", location.description)) }
        if let match = report.lastMatch { rows.append(("last match", match)) }
        rows.append(
            ("next step", "put the new behaviour behind Workflow.patched(...), or run the code of this history")
        )
        return lines("the code no longer fits the history", rows)
    }

    /// How code left its run.
    static func lines(_ report: EscapeReport) -> [String] {
        var rows = [("what", report.reason), ("kind", report.kind.rawValue)]
        if report.eventID > 0 { rows.append(("at event", String(report.eventID))) }
        rows.append(
            ("next step", "keep to Workflow.*, async let and activities in workflow code; deploy a corrected worker")
        )
        return lines("workflow code left its run", rows)
    }

    private static func lines(_ title: String, _ rows: [(name: String, value: String)]) -> [String] {
        let width = rows.map(\.name.count).max() ?? 0
        return ["             \(title)"]
            + rows.map { name, value in
                "               \(name)\(String(repeating: " ", count: width - name.count))  \(value)"
            }
    }

    /// The report as an object.
    static func json(_ report: NondeterminismReport) -> JSONTree {
        var object: [String: any JSONRepresentable] = [
            "workflowId": report.workflowID, "runId": report.runID, "workflowType": report.workflowType,
            "eventId": report.eventID, "expected": report.expected, "actual": report.actual,
        ]
        if let location = report.location {
            object["location"] = JSONTree.object(["fileId": location.fileID.json, "line": location.line.json])
        }
        object["lastMatch"] = report.lastMatch
        return object.json
    }

    /// The report as an object.
    static func json(_ report: EscapeReport) -> JSONTree {
        let object: [String: any JSONRepresentable] = [
            "workflowId": report.workflowID, "runId": report.runID, "workflowType": report.workflowType,
            "eventId": report.eventID, "kind": report.kind.rawValue, "reason": report.reason,
        ]
        return object.json
    }
}

import WorkflowAPI
import WorkflowRuntime

/// Why a run cannot be carried on by the code that there is: the reports of replay, for people and as JSON.
enum ReportText {
    /// Where code and history differ.
    static func lines(_ report: NondeterminismReport) -> [String] {
        let type = report.eventType.map { ", \($0)" } ?? ""
        var rows = [
            ("at event", "\(report.eventID)\(type)"), ("history has", report.expected), ("the code", report.actual),
        ]
        if let location = report.location { rows.append(("in", location.description)) }
        if let match = report.lastMatch {
            let place = report.lastMatchingCall?.location.map { " in \($0)" } ?? ""
            rows.append(("last match", match + place))
        }
        if let place = report.patchPlace {
            rows.append(("patch goes", "\(place.position.rawValue) \(place.location)"))
        }
        rows.append(
            ("next step", "put the new behaviour behind Workflow.patched(...), or run the code of this history")
        )
        return lines("the code no longer fits the history", rows)
    }

    /// How code left its run.
    static func lines(_ report: EscapeReport) -> [String] {
        var rows = [("what", report.reason), ("kind", report.kind.rawValue)]
        if let location = report.location { rows.append(("in", location.description)) }
        if let function = report.function { rows.append(("function", function)) }
        if report.eventID > 0 { rows.append(("at event", String(report.eventID))) }
        for (index, function) in (report.stack ?? []).prefix(8).enumerated() {
            rows.append((index == 0 ? "stack" : "", function))
        }
        rows.append(
            ("next step", "keep to Workflow.*, async let and activities in workflow code; deploy a corrected worker")
        )
        return lines(report.kind == .heldThread ? "workflow code holds its thread" : "workflow code left its run", rows)
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
        object["location"] = report.location.map(json)
        object["lastMatch"] = report.lastMatch
        object["eventType"] = report.eventType
        object["recorded"] = report.recorded.map(json)
        object["wanted"] = report.wanted.map(json)
        object["lastMatchingCall"] = report.lastMatchingCall.map { matched in
            var object: [String: any JSONRepresentable] = ["eventId": matched.eventID, "call": json(matched.call)]
            object["location"] = matched.location.map(json)
            return object.json
        }
        object["patchPlace"] = report.patchPlace.map { place in
            JSONTree.object(["position": place.position.rawValue.json, "location": json(place.location)])
        }
        return object.json
    }

    private static func json(_ location: SourceLocation) -> JSONTree {
        .object(["fileId": location.fileID.json, "line": location.line.json])
    }

    private static func json(_ call: NondeterminismReport.Call) -> JSONTree {
        var object: [String: any JSONRepresentable] = ["kind": call.kind.rawValue]
        object["id"] = call.id
        object["name"] = call.name
        return object.json
    }

    /// The report as an object.
    static func json(_ report: EscapeReport) -> JSONTree {
        var object: [String: any JSONRepresentable] = [
            "workflowId": report.workflowID, "runId": report.runID, "workflowType": report.workflowType,
            "eventId": report.eventID, "kind": report.kind.rawValue, "reason": report.reason,
        ]
        object["location"] = report.location.map(json)
        object["function"] = report.function
        object["stack"] = report.stack.map { JSONTree.array($0.map(\.json)) }
        return object.json
    }
}

import Foundation
package import WorkflowAPI

/// Data goes to stdout, everything else to stderr.
package enum Output {
    /// One line of data.
    package static func line(_ text: String) {
        // Not `print`: its buffer would let lines of stderr, and of child processes, overtake it in a pipe.
        FileHandle.standardOutput.write(Data("\(text)\n".utf8))
    }

    /// One line for people about what went wrong.
    package static func error(_ text: String) {
        let oneLine = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        FileHandle.standardError.write(Data("error: \(oneLine)\n".utf8))
    }

    /// A line for people that is no data.
    package static func note(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }

    /// One JSON object on one line, keys sorted.
    package static func json(_ object: [String: any Sendable]) {
        guard JSONSerialization.isValidJSONObject(object),
            let data = try? JSONSerialization.data(
                withJSONObject: object,
                options: [.sortedKeys, .withoutEscapingSlashes]
            )
        else { return }
        line(String(decoding: data, as: UTF8.self))
    }

    /// Columns, each as wide as its widest cell.
    package static func table(_ header: [String], _ rows: [[String]]) {
        let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
        for row in [header] + rows {
            let cells = zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            Output.line(line)
        }
    }
}

extension Timestamp {
    /// RFC 3339 in UTC.
    package var text: String {
        TimeText.rfc3339(Timestamp(nanoseconds: nanoseconds - ((nanoseconds % 1_000_000) + 1_000_000) % 1_000_000))
    }
}

extension Payload {
    /// The value for people: JSON as it is, null, or how many bytes there are.
    var text: String {
        switch encoding {
        case Payload.jsonEncoding: String(decoding: data, as: UTF8.self)
        case Payload.nullEncoding: "null"
        default: "<\(data.count) bytes, \(encoding ?? "no encoding")>"
        }
    }

    /// The value as it stands in JSON output.
    var jsonValue: any Sendable {
        guard encoding == Payload.jsonEncoding,
            let value = try? JSONSerialization.jsonObject(with: Data(data), options: .fragmentsAllowed)
        else { return NSNull() }
        return JSONText.sendable(value)
    }
}

/// Values of JSONSerialization as Sendable ones.
enum JSONText {
    static func sendable(_ value: Any) -> any Sendable {
        switch value {
        case let list as [Any]: list.map { sendable($0) }
        case let object as [String: Any]: object.mapValues { sendable($0) }
        case let text as String: text
        case let number as NSNumber: number
        default: NSNull()
        }
    }
}

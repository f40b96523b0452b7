import Foundation
package import WorkflowAPI
import WorkflowRuntime

/// Data goes to stdout, everything else to stderr.
package enum Output {
    /// One line of data.
    package static func line(_ text: String) {
        // Not `print`: its buffer would let lines of stderr, and of child processes, overtake it in a pipe.
        FileHandle.standardOutput.write(Data("\(text)\n".utf8))
    }

    /// One line for people about what went wrong.
    package static func error(_ text: String) {
        FileHandle.standardError.write(Data("error: \(oneLine(text))\n".utf8))
    }

    /// A line for people that is no data.
    package static func note(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }

    /// One line for people about what is probably not meant, though it was done.
    package static func warning(_ text: String) { note("warning: \(oneLine(text))") }

    /// How many of a thing: `1 user`, `2 users`, `2 entries`.
    package static func count(_ number: Int, _ noun: String, plural: String? = nil) -> String {
        "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
    }

    /// One JSON object on one line, keys sorted.
    package static func json(_ object: [String: any JSONRepresentable]) { line(object.json.text) }

    /// Line breaks become blanks, and what would move a terminal's cursor its number.
    static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ").unicodeScalars.reduce(into: "") { line, scalar in
            if scalar.properties.generalCategory == .control, scalar != "\t" {
                line += "U+" + String(scalar.value, radix: 16, uppercase: true)
            } else {
                line.unicodeScalars.append(scalar)
            }
        }
    }

    /// One line for people with words of others in it, such as the message of a failure.
    static func text(_ text: String) { line(oneLine(text)) }

    /// Columns, each as wide as its widest cell.
    package static func table(_ header: [String], _ rows: [[String]]) {
        let rows = rows.map { $0.map(oneLine) }
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
        case _ where isEncrypted: EncryptedText.placeholder(self)
        default: "<\(data.count) bytes, \(encoding ?? "no encoding")>"
        }
    }

    /// The value as it stands in JSON output: bytes that are no JSON are base64 beside their encoding.
    var json: JSONTree {
        switch encoding {
        case Payload.jsonEncoding: (try? JSONTree(data)) ?? bytes
        case Payload.nullEncoding: .null
        default: bytes
        }
    }

    private var bytes: JSONTree {
        var object: [String: any JSONRepresentable] = [
            "encoding": encoding ?? "", "data": Data(data).base64EncodedString(),
        ]
        if isEncrypted { object["encryptionKeyId"] = encryptionKeyID }
        return object.json
    }
}

extension Duration {
    /// As on the command line: `3m12s`, `30d`, `0s`; whole seconds.
    package var text: String {
        var rest = max(0, components.seconds)
        var text = ""
        for (unit, seconds) in [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)] as [(String, Int64)] {
            if rest >= seconds { text += "\(rest / seconds)\(unit)" }
            rest %= seconds
        }
        return text.isEmpty ? "0s" : text
    }
}

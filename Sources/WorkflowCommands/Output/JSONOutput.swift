package import WorkflowAPI

/// What may stand in JSON output. Each type says how it is written, so that no object can fail to be printed.
package protocol JSONRepresentable: Sendable {
    /// The value as JSON.
    var json: JSONTree { get }
}

extension JSONTree: JSONRepresentable {
    /// Itself.
    package var json: JSONTree { self }

    /// The text on one line, keys sorted, slashes as they are.
    package var text: String {
        switch self {
        case .object(let members):
            "{"
                + members.sorted { $0.key < $1.key }.map { JSONText.quoted($0.key) + ":" + $0.value.text }
                .joined(separator: ",") + "}"
        case .array(let elements): "[" + elements.map(\.text).joined(separator: ",") + "]"
        case .string(let text): JSONText.quoted(text)
        case .number(let digits): digits
        case .bool(let flag): flag ? "true" : "false"
        case .null: "null"
        }
    }
}

extension String: JSONRepresentable {
    /// A text.
    package var json: JSONTree { .string(self) }
}

extension Bool: JSONRepresentable {
    /// `true` or `false`.
    package var json: JSONTree { .bool(self) }
}

extension Int: JSONRepresentable {
    /// A number.
    package var json: JSONTree { .number(String(self)) }
}

extension Int32: JSONRepresentable {
    /// A number.
    package var json: JSONTree { .number(String(self)) }
}

extension Int64: JSONRepresentable {
    /// A number.
    package var json: JSONTree { .number(String(self)) }
}

extension Timestamp: JSONRepresentable {
    /// RFC 3339.
    package var json: JSONTree { .string(text) }
}

extension Optional: JSONRepresentable where Wrapped: JSONRepresentable {
    /// The value, or null.
    package var json: JSONTree { self?.json ?? .null }
}

extension Array: JSONRepresentable where Element: JSONRepresentable {
    /// A list.
    package var json: JSONTree { .array(map(\.json)) }
}

extension [String: any JSONRepresentable] {
    /// An object.
    package var json: JSONTree { .object(mapValues(\.json)) }
}

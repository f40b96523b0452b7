/// What one request is about: the values for the braces of its path, and those after the question mark.
struct RequestTarget: Hashable, Sendable {
    var parts: [String] = []
    var query: [(name: String, value: String)] = []

    static func == (left: RequestTarget, right: RequestTarget) -> Bool {
        left.parts == right.parts && left.query.map(\.name) == right.query.map(\.name)
            && left.query.map(\.value) == right.query.map(\.value)
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(parts)
        for (name, value) in query {
            hasher.combine(name)
            hasher.combine(value)
        }
    }

    /// No service can have anything under such a name: it would be another address.
    var isAddressable: Bool { !parts.contains { ["", ".", ".."].contains($0) } }

    /// The path of an operation and the query, ready to be sent.
    func text(of operation: HTTPOperation) -> String {
        var rest = parts[...]
        let path = operation.path.split(separator: "/", omittingEmptySubsequences: true).map { segment in
            segment.hasPrefix("{") ? Self.encoded(rest.popFirst() ?? "") : String(segment)
        }
        let query = query.map { "\($0.name)=\(Self.encoded($0.value))" }
        return "/" + path.joined(separator: "/") + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
    }

    /// Percent-encoded but for what RFC 3986 calls unreserved: safe in a path, a query and a header.
    static func encoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                let digits = Array("0123456789ABCDEF".utf8)
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

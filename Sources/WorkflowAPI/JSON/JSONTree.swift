/// A JSON text as a tree, read strictly: no duplicate keys, no more than 512 levels, nothing after the value. Numbers stay
/// text.
package indirect enum JSONTree: Hashable, Sendable {
    case object([String: JSONTree])
    case array([JSONTree])
    case string(String)
    case number(String)
    case bool(Bool)
    case null

    /// Reads a text in UTF-8. Throws ``JSONProblem`` on one line that says where.
    package init(_ text: some Collection<UInt8>) throws {
        var parser = JSONTreeParser(bytes: Array(text))
        self = try parser.parse()
    }

    /// The value at a path of keys and indexes; nil when there is none.
    package subscript(path: [String]) -> JSONTree? {
        var value = self
        for step in path {
            switch value {
            case .object(let members):
                guard let next = members[step] else { return nil }
                value = next
            case .array(let elements):
                guard let index = Int(step), elements.indices.contains(index) else { return nil }
                value = elements[index]
            default: return nil
            }
        }
        return value
    }
}

/// Reads JSON as RFC 8259 has it.
private struct JSONTreeParser {
    let bytes: [UInt8]
    var position = 0
    var path: [String] = []

    mutating func parse() throws -> JSONTree {
        let value = try value()
        skipBlanks()
        guard position == bytes.count else { throw malformed("something follows the value") }
        return value
    }

    private mutating func value() throws -> JSONTree {
        guard path.count <= 512 else { throw JSONProblem(message: "the JSON has more than 512 levels") }
        skipBlanks()
        switch peek {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case nil: throw malformed("it ends too early")
        case let byte? where byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte):
            return .number(try number())
        default: throw malformed("this is no value (a text needs quotes: '\"text\"')")
        }
    }

    private mutating func object() throws -> JSONTree {
        position += 1
        var members: [String: JSONTree] = [:]
        skipBlanks()
        if take("}") { return .object(members) }
        while true {
            skipBlanks()
            guard peek == UInt8(ascii: "\"") else { throw malformed("a key in quotes is expected") }
            let key = try string()
            skipBlanks()
            guard take(":") else { throw malformed("':' is expected after the key") }
            path.append(key)
            let member = try value()
            guard members.updateValue(member, forKey: key) == nil else {
                throw JSONProblem(message: "the key '\(JSONPath.text(path))' stands twice")
            }
            path.removeLast()
            skipBlanks()
            if take("}") { return .object(members) }
            guard take(",") else { throw malformed("',' or '}' is expected") }
        }
    }

    private mutating func array() throws -> JSONTree {
        position += 1
        var elements: [JSONTree] = []
        skipBlanks()
        if take("]") { return .array(elements) }
        while true {
            path.append(String(elements.count))
            elements.append(try value())
            path.removeLast()
            skipBlanks()
            if take("]") { return .array(elements) }
            guard take(",") else { throw malformed("',' or ']' is expected") }
        }
    }

    private mutating func string() throws -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let made = String(validating: text, as: UTF8.self) else { throw malformed("this is not UTF-8") }
                return made
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw malformed("a control character stands in a text")
            default: text.append(byte)
            }
        }
        throw malformed("a text does not end")
    }

    private mutating func escape(into text: inout [UInt8]) throws {
        guard let byte = peek else { throw malformed("a text does not end") }
        position += 1
        let simple: [UInt8: UInt8] = [
            UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5C, UInt8(ascii: "/"): 0x2F, UInt8(ascii: "b"): 8,
            UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9,
        ]
        if let plain = simple[byte] { return text.append(plain) }
        guard byte == UInt8(ascii: "u") else { throw malformed("no such escape") }
        var unit = try hexadecimal()
        if (0xD800..<0xDC00).contains(unit) {
            guard take("\\"), take("u") else { throw malformed("half of a character") }
            let low = try hexadecimal()
            guard (0xDC00..<0xE000).contains(low) else { throw malformed("half of a character") }
            unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(unit) else { throw malformed("half of a character") }
        text += Array(String(Character(scalar)).utf8)
    }

    private mutating func hexadecimal() throws -> UInt32 {
        guard position + 4 <= bytes.count,
            let digits = String(validating: bytes[position..<position + 4], as: UTF8.self),
            digits.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }), let unit = UInt32(digits, radix: 16)
        else { throw malformed("four hexadecimal digits are expected") }
        position += 4
        return unit
    }

    private mutating func number() throws -> String {
        let start = position
        _ = take("-")
        let first = position
        digits()
        guard position > first, bytes[first] != UInt8(ascii: "0") || position == first + 1 else {
            throw malformed("this is no number")
        }
        if take(".") {
            let fraction = position
            digits()
            guard position > fraction else { throw malformed("this is no number") }
        }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            let exponent = position
            digits()
            guard position > exponent else { throw malformed("this is no number") }
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func digits() {
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    }

    private mutating func word(_ text: String, _ value: JSONTree) throws -> JSONTree {
        guard bytes[position...].starts(with: text.utf8) else {
            throw malformed("this is no value (a text needs quotes: '\"text\"')")
        }
        position += text.utf8.count
        return value
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private func malformed(_ why: String) -> JSONProblem {
        let before = bytes.prefix(position)
        let line = before.count { $0 == 0x0A } + 1
        let column = position - ((before.lastIndex(of: 0x0A)).map { $0 + 1 } ?? 0) + 1
        return JSONProblem(message: "not JSON: line \(line), column \(column): \(why)")
    }
}

/// Places in a JSON text as people write them: `items[0].quantity`.
package enum JSONPath {
    /// The path as text.
    package static func text(_ steps: [String]) -> String {
        steps.reduce(into: "") { text, step in
            if Int(step) != nil {
                text += "[\(step)]"
            } else {
                text += (text.isEmpty ? "" : ".") + step
            }
        }
    }
}

/// Why a text is not the JSON that is wanted: one line for people.
package struct JSONProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line.
    package var message: String

    package init(message: String) { self.message = message }

    /// The line.
    package var description: String { message }
}

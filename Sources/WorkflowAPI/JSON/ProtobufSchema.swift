/// Names and numbers of everything that a Temporal history can hold, read once from `history.schema`.
struct ProtobufSchema: Sendable {
    /// How a value stands in bytes and in JSON.
    indirect enum Kind: Hashable, Sendable {
        case int32, uint32, int64, uint64, bool, double, float, string, bytes, timestamp, duration
        case message(String)
        case enumeration(String)
        case repeated(Kind)
        /// Keys are texts.
        case map(Kind)
    }

    /// A field of a message.
    struct Field: Sendable {
        var number: Int
        var name: String
        var kind: Kind
    }

    /// The fields of a message, by number and by name.
    struct Message: Sendable {
        var byNumber: [Int: Field] = [:]
        var byName: [String: Field] = [:]
    }

    /// The names of an enum, by number and back.
    struct Enumeration: Sendable {
        var names: [Int64: String] = [:]
        var numbers: [String: Int64] = [:]
    }

    private(set) var messages: [String: Message] = [:]
    private(set) var enumerations: [String: Enumeration] = [:]

    static let history = ProtobufSchema(String(decoding: PackageResources.history_schema, as: UTF8.self))
    /// The message that holds a whole history.
    static let root = "history.v1.History"

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "|")
            guard let head = parts.first else { continue }
            let name = String(head.dropFirst(2))
            if head.hasPrefix("M ") {
                var message = Message()
                for part in parts.dropFirst() {
                    let words = part.split(separator: " ")
                    guard words.count == 3, let number = Int(words[0]), let kind = Kind(words[2]) else { continue }
                    let field = Field(number: number, name: String(words[1]), kind: kind)
                    message.byNumber[number] = field
                    message.byName[field.name] = field
                }
                messages[name] = message
            } else {
                var enumeration = Enumeration()
                for part in parts.dropFirst() {
                    let words = part.split(separator: " ")
                    guard words.count == 2, let number = Int64(words[0]) else { continue }
                    enumeration.names[number] = String(words[1])
                    enumeration.numbers[String(words[1])] = number
                }
                enumerations[name] = enumeration
            }
        }
    }
}

extension ProtobufSchema.Kind {
    init?(_ text: Substring) {
        let plain: [Substring: ProtobufSchema.Kind] = [
            "i32": .int32, "u32": .uint32, "i64": .int64, "u64": .uint64, "bool": .bool, "f64": .double, "f32": .float,
            "str": .string,
            "bytes": .bytes, "ts": .timestamp, "dur": .duration,
        ]
        if let kind = plain[text] {
            self = kind
        } else if text.hasPrefix("*"), let kind = Self(text.dropFirst()) {
            self = .repeated(kind)
        } else if text.hasPrefix("%"), let kind = Self(text.dropFirst()) {
            self = .map(kind)
        } else if text.hasPrefix("m:") {
            self = .message(String(text.dropFirst(2)))
        } else if text.hasPrefix("e:") {
            self = .enumeration(String(text.dropFirst(2)))
        } else {
            return nil
        }
    }
}

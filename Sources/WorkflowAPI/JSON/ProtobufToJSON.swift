/// Writes protobuf bytes as proto JSON: https://protobuf.dev/programming-guides/json
struct ProtobufToJSON {
    let schema: ProtobufSchema

    /// A message as a JSON object, fields in the order of their numbers. Unknown fields are left out.
    func message(_ name: String, _ reader: inout ProtobufReader) throws -> String {
        let description = schema.messages[name] ?? ProtobufSchema.Message()
        var values: [Int: [String]] = [:]
        while let number = try reader.nextField() {
            guard let field = description.byNumber[number] else {
                try reader.skip()
                continue
            }
            switch field.kind {
            case .repeated(let kind): values[number, default: []] += try elements(kind, &reader)
            case .map(let kind): values[number, default: []].append(try entry(kind, &reader))
            default: values[number] = [try value(field.kind, &reader)]
            }
        }
        let members = values.sorted { $0.key < $1.key }.compactMap { number, texts -> String? in
            guard let field = description.byNumber[number], let first = texts.first else { return nil }
            switch field.kind {
            case .repeated: return "\(JSONText.quoted(field.name)):[\(texts.joined(separator: ","))]"
            case .map: return "\(JSONText.quoted(field.name)):{\(texts.sorted().joined(separator: ","))}"
            default: return "\(JSONText.quoted(field.name)):\(first)"
            }
        }
        return "{\(members.joined(separator: ","))}"
    }

    private func elements(_ kind: ProtobufSchema.Kind, _ reader: inout ProtobufReader) throws -> [String] {
        switch kind {
        case .uint32, .enumeration:
            var numbers: [UInt32] = []
            try reader.numbers(into: &numbers)
            return numbers.map { number(kind, Int64($0)) }
        default: return [try value(kind, &reader)]
        }
    }

    private func entry(_ kind: ProtobufSchema.Kind, _ reader: inout ProtobufReader) throws -> String {
        var inner = try reader.message()
        var key = ""
        var text = JSONText.empty(kind)
        while let field = try inner.nextField() {
            switch field {
            case 1: key = try inner.string()
            case 2: text = try value(kind, &inner)
            default: try inner.skip()
            }
        }
        return "\(JSONText.quoted(key)):\(text)"
    }

    private func number(_ kind: ProtobufSchema.Kind, _ number: Int64) -> String {
        guard case .enumeration(let name) = kind, let known = schema.enumerations[name]?.names[number] else {
            return String(number)
        }
        return JSONText.quoted(known)
    }

    private func value(_ kind: ProtobufSchema.Kind, _ reader: inout ProtobufReader) throws -> String {
        switch kind {
        case .int32: return String(try reader.int32())
        case .uint32: return String(UInt32(truncatingIfNeeded: try reader.int64()))
        case .enumeration: return number(kind, Int64(try reader.int32()))
        case .int64: return "\"\(try reader.int64())\""
        case .uint64: return "\"\(UInt64(bitPattern: try reader.int64()))\""
        case .bool: return try reader.bool() ? "true" : "false"
        case .double: return JSONText.number(try reader.double())
        case .float:
            // Nothing that we store has one.
            try reader.skip()
            return "0"
        case .string: return JSONText.quoted(try reader.string())
        case .bytes: return "\"\(Base64.encode(try reader.data()))\""
        case .timestamp: return "\"\(TimeText.rfc3339(try reader.timestamp()))\""
        case .duration: return "\"\(TimeText.seconds(try reader.duration()))\""
        case .message(let name):
            var inner = try reader.message()
            return try message(name, &inner)
        case .repeated, .map: throw CodecError(offset: 0, reason: "a list inside of a list")
        }
    }
}

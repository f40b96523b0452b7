/// Writes proto JSON as protobuf bytes.
struct JSONToProtobuf {
    let schema: ProtobufSchema

    /// A message from a JSON object. Members that nobody knows are passed over.
    func message(_ name: String, _ tree: JSONTree, _ path: [String]) throws -> [UInt8] {
        guard case .object(let members) = tree else { throw problem(path, "is no object") }
        let description = schema.messages[name] ?? ProtobufSchema.Message()
        let fields = members.compactMap { key, value in description.byName[key].map { ($0, value) } }
            .sorted { $0.0.number < $1.0.number }
        var writer = ProtobufWriter()
        for (field, value) in fields where value != .null {
            let path = path + [field.name]
            switch (field.kind, value) {
            case (.repeated(let kind), .array(let elements)):
                for (index, element) in elements.enumerated() {
                    try write(element, kind, field.number, path + [String(index)], &writer)
                }
            case (.map(let kind), .object(let entries)):
                for (key, entry) in entries.sorted(by: { $0.key < $1.key }) {
                    var inner = ProtobufWriter()
                    inner.string(1, key)
                    try write(entry, kind, 2, path + [key], &inner)
                    writer.presentBytes(field.number, inner.bytes)
                }
            case (.repeated, _): throw problem(path, "is no list")
            case (.map, _): throw problem(path, "is no object")
            default: try write(value, field.kind, field.number, path, &writer)
            }
        }
        return writer.bytes
    }

    private func write(
        _ value: JSONTree,
        _ kind: ProtobufSchema.Kind,
        _ number: Int,
        _ path: [String],
        _ writer: inout ProtobufWriter
    ) throws {
        switch kind {
        case .int32, .uint32, .int64, .uint64: writer.int64(number, try integer(value, path))
        case .enumeration(let name): writer.int64(number, try enumeration(name, value, path))
        case .bool:
            guard case .bool(let flag) = value else { throw problem(path, "is neither true nor false") }
            writer.bool(number, flag)
        case .double:
            guard case .number(let text) = value, let double = Double(text) else { throw problem(path, "is no number") }
            writer.double(number, double)
        case .float: break
        case .string: writer.string(number, try text(value, path))
        case .bytes:
            guard let bytes = Base64.decode(try text(value, path)) else { throw problem(path, "is not base 64") }
            writer.data(number, bytes)
        case .timestamp:
            guard let time = TimeText.time(try text(value, path)) else { throw problem(path, "is no RFC 3339 time") }
            writer.timestamp(number, time)
        case .duration:
            guard let duration = TimeText.duration(try text(value, path)) else {
                throw problem(path, "is no duration such as \"1.5s\"")
            }
            writer.duration(number, duration)
        case .message(let name): writer.presentBytes(number, try message(name, value, path))
        case .repeated, .map: throw problem(path, "is a list inside of a list")
        }
    }

    private func text(_ value: JSONTree, _ path: [String]) throws -> String {
        guard case .string(let text) = value else { throw problem(path, "is no text") }
        return text
    }

    private func integer(_ value: JSONTree, _ path: [String]) throws -> Int64 {
        switch value {
        case .string(let text), .number(let text):
            if let number = Int64(text) { return number }
            if let number = UInt64(text) { return Int64(bitPattern: number) }
        default: break
        }
        throw problem(path, "is no whole number")
    }

    private func enumeration(_ name: String, _ value: JSONTree, _ path: [String]) throws -> Int64 {
        guard case .string(let text) = value else { return try integer(value, path) }
        return schema.enumerations[name]?.numbers[text] ?? 0
    }

    private func problem(_ path: [String], _ what: String) -> JSONProblem {
        JSONProblem(message: "'\(JSONPath.text(path))' \(what)")
    }
}

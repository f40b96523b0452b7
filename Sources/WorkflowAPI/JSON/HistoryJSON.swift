/// Histories as Temporal's JSON: proto JSON of `temporal.api.history.v1.History`, which its tools export and read.
package enum HistoryJSON {
    /// A whole history on one line.
    package static func encode(_ events: [HistoryEvent]) throws -> String {
        try ProtobufReader.read(HistoryCodec.encode(events)[...]) { reader in
            try ProtobufToJSON(schema: .history).message(ProtobufSchema.root, &reader)
        }
    }

    /// Reads an exported history; fields and enum values that nobody knows are passed over. Throws ``JSONProblem`` and
    /// ``CodecError``.
    package static func decode(_ text: some Collection<UInt8>) throws -> [HistoryEvent] {
        let bytes = try JSONToProtobuf(schema: .history).message(ProtobufSchema.root, try JSONTree(text), [])
        return try HistoryCodec.decode(bytes)
    }
}

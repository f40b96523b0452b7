/// Proto JSON of messages that hold Temporal's, described by lines in the form of `history.schema`.
package struct ProtobufJSON: Sendable {
    private let schema: ProtobufSchema

    /// Messages of these lines, and everything that a Temporal history can hold.
    package init(describing lines: String) {
        schema = ProtobufSchema(String(decoding: PackageResources.history_schema, as: UTF8.self) + "\n" + lines)
    }

    /// A message as JSON on one line.
    package func text(_ message: some ProtobufMessage, named name: String) throws -> String {
        try ProtobufReader.read(message.protobuf[...]) { reader in
            try ProtobufToJSON(schema: schema).message(name, &reader)
        }
    }

    /// A message from JSON; fields and enum values that nobody knows are passed over. Throws ``JSONProblem`` and
    /// ``CodecError``.
    package func message<Message: ProtobufMessage>(
        _ type: Message.Type,
        named name: String,
        from text: some Collection<UInt8>
    ) throws -> Message {
        try Message(protobuf: try JSONToProtobuf(schema: schema).message(name, try JSONTree(text), []))
    }
}

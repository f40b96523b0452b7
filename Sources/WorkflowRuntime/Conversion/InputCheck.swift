package import WorkflowAPI

/// Whether an argument can be read as what it is for, before it is sent. Strict: see ``StrictJSON``.
package struct InputCheck: Sendable {
    private let read: @Sendable (Payload) throws -> Void

    /// The check of an argument of a handler.
    init<Input: Decodable & SendableMetatype>(_ type: Input.Type) {
        read = { try InputCheck.check($0, as: type) }
    }

    /// The check of a workflow's input.
    init<Definition: WorkflowDefinition>(inputOf definition: Definition.Type) {
        read = { try definition.checkInput($0) }
    }

    /// Throws ``PayloadError`` with the place of what does not fit.
    package func callAsFunction(_ payload: Payload) throws { try read(payload) }

    fileprivate static func check<Input: Decodable>(_ payload: Payload, as type: Input.Type) throws {
        switch payload.encoding {
        case Payload.jsonEncoding where type == NoValue.self:
            throw PayloadError(message: "no argument is taken")
        case Payload.jsonEncoding: try StrictJSON.decode(type, from: payload.data)
        case Payload.nullEncoding: try StrictJSON.decode(type, from: Array("null".utf8))
        default: _ = try PayloadConverter.value(payload, as: type)
        }
    }
}

extension WorkflowDefinition {
    fileprivate static func checkInput(_ payload: Payload) throws { try InputCheck.check(payload, as: Input.self) }
}

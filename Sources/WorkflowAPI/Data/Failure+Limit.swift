extension Failure {
    /// The failure, or what is left of it when it is larger than `maxBytes` as stored: kind, type and the beginning of the
    /// message. Causes, stack and details are let go: a run that cannot record why it failed would be worse.
    package func limited(to maxBytes: Int) -> Failure {
        guard protobuf.count > maxBytes else { return self }
        let room = max(0, maxBytes / 2)
        var rest = Failure(
            message: String(decoding: message.utf8.prefix(room), as: UTF8.self) + " [cut: over \(maxBytes) bytes]",
            source: source,
            info: info.withoutDetails
        )
        if case .application(var application) = rest.info {
            application.type = String(decoding: application.type.utf8.prefix(IdentifierLimits.maxLength), as: UTF8.self)
            rest.info = .application(application)
        }
        if rest.protobuf.count > maxBytes { rest.source = "" }
        return rest
    }
}

import ArgumentParser
import Foundation
import Synchronization
import WorkflowAPI
import WorkflowRuntime

/// The payload keys that the running program was given, by option or environment. They are read once: the file may be a
/// pipe.
enum ProgramKeys {
    private static let loaded = Mutex<PayloadEncryption?>(nil)

    /// The variable that names the file, and the one that holds the keys themselves.
    static let fileVariable = "WORKFLOW_PAYLOAD_KEYS_FILE"
    static let variable = "WORKFLOW_PAYLOAD_KEYS"

    /// What encrypts, when keys were given.
    static var encryption: PayloadEncryption? { loaded.withLock { $0 } }

    /// Reads the keys of a file, or where none is named those that the environment gives. Throws a usage error or
    /// ``PayloadEncryptionError`` on one line.
    static func load(file: String?, environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        guard encryption == nil, let keys = try keys(file: file, environment: environment) else { return }
        loaded.withLock { $0 = PayloadEncryption(keys: keys) }
    }

    private static func keys(file: String?, environment: [String: String]) throws -> PayloadKeys? {
        if let file { return try PayloadKeys(file: file) }
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        switch (value(fileVariable), value(variable)) {
        case (_?, _?): throw ValidationError("\(fileVariable) and \(variable) are both set; which is meant?")
        case (let file?, nil): return try PayloadKeys(file: file)
        case (nil, let text?): return try PayloadKeys(text: text, from: variable)
        case (nil, nil): return nil
        }
    }
}

extension InstalledRegistry {
    /// The codecs of workers and of replays. Encryption comes last, so that nothing after it sees the values.
    static var payloadCodecs: [any PayloadCodec] {
        current.payloadCodecs + (ProgramKeys.encryption.map { [$0] } ?? [])
    }

    /// The codecs of commands: what cannot be decrypted stays as it is, so that people see the rest.
    static var readingCodecs: [any PayloadCodec] {
        current.payloadCodecs + (ProgramKeys.encryption.map { [LenientDecryption(encryption: $0)] } ?? [])
    }
}

/// Encrypts as ever, but leaves what it cannot decrypt encrypted.
private struct LenientDecryption: PayloadCodec {
    let encryption: PayloadEncryption

    func encode(_ payloads: [Payload]) async throws -> [Payload] { try encryption.encodeImmediately(payloads) }

    func decode(_ payloads: [Payload]) async throws -> [Payload] {
        payloads.map { (try? encryption.decrypted($0)) ?? $0 }
    }
}

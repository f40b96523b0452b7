import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime

@Suite struct PayloadKeysTests {
    private let base64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    private let hex = "6465666768696a6b6c6d6e6f707172737475767778797A7B7C7D7E7F80818283"

    private func refusal(_ text: String) -> String? {
        #expect(throws: PayloadEncryptionError.self) { try PayloadKeys(text: text, from: "keys") }?.message
    }

    @Test func `a file holds an id and a key in a line, comments and a mark`() async throws {
        let text = "# made in January, by Rahima\r\n\r\n  k2025\t\(hex) # of last year\n k2026 \(base64) active\n"
        let keys = try PayloadKeys(text: text)
        #expect(keys.ids == ["k2025", "k2026"] && keys.activeID == "k2026")
        let stored = try PayloadEncryption(keys: keys).encodeImmediately([.json("1")])
        let other = PayloadEncryption(keys: try PayloadKeys([("k2026", PayloadEncryptionTests.key)]))
        #expect(try await other.decode(stored) == [.json("1")])
        #expect(try PayloadKeys(text: "a \(hex)\nb \(base64)").activeID == "a", "the first unless one is marked")
        #expect(try PayloadKeys(text: "a \(hex),b \(base64.dropLast()) active").activeID == "b", "on one line")
        let last = try PayloadEncryption(keys: PayloadKeys(text: "x \(hex)")).encodeImmediately([.null])
        let same = PayloadEncryption(keys: try PayloadKeys([("x", PayloadEncryptionTests.otherKey)]))
        #expect(try await same.decode(last) == [.null])
    }

    @Test func `what cannot be read is named by its line, and no word of it is repeated`() {
        let long = String(repeating: "k", count: 41)
        for (text, message) in [
            ("", "keys: there is no key in it"), ("# nothing\n", "keys: there is no key in it"),
            ("\nk", "keys, line 2: not of the form 'ID KEY' or 'ID KEY active'"),
            (base64, "keys, line 1: not of the form 'ID KEY' or 'ID KEY active'"),
            ("k \(base64) on", "keys, line 1: not of the form 'ID KEY' or 'ID KEY active'"),
            ("\(base64) k", "keys, line 1: an id has 1 to 40 letters, digits, dots, dashes and underscores"),
            ("\(hex) \(base64)", "keys, line 1: an id has 1 to 40 letters, digits, dots, dashes and underscores"),
            ("\(long) \(base64)", "keys, line 1: an id has 1 to 40 letters, digits, dots, dashes and underscores"),
            ("ক \(base64)", "keys, line 1: an id has 1 to 40 letters, digits, dots, dashes and underscores"),
            ("k Rahima!", "keys, line 1: the key is neither base64 nor hex"),
            ("k \(base64)=", "keys, line 1: the key is neither base64 nor hex"),
            ("k \(base64)====", "keys, line 1: the key is neither base64 nor hex"),
            ("k AAECAw==", "keys, line 1: the key has 4 bytes instead of 32"),
            ("k \(hex.dropLast(2))", "keys, line 1: the key has 31 bytes instead of 32"),
            ("k \(base64)\nk \(hex)", "keys, line 2: the id 'k' is there twice"),
            ("a \(base64) active\nb \(hex) active", "keys, line 2: a second key is marked active"),
        ] {
            #expect(refusal(text) == message)
        }
    }

    @Test func `keys given in code are checked as those of a file are`() {
        let key = PayloadEncryptionTests.key
        for (keys, active, message) in [
            ([], nil, "no payload key was given"), ([("k", [1])], nil, "the payload key 'k' has 1 bytes instead of 32"),
            ([("k", key), ("k", key)], nil, "two payload keys have the id 'k'"),
            ([("k", key)], "l", "the active payload key is not among those given"),
            ([(hex, key)], nil, "payload key 1: an id has 1 to 40 letters, digits, dots, dashes and underscores"),
        ] as [([(id: String, bytes: [UInt8])], String?, String)] {
            let error = #expect(throws: PayloadEncryptionError.self) { try PayloadKeys(keys, active: active) }
            #expect(error?.message == message)
            #expect(error?.code == .badKeys)
        }
    }

    @Test func `printing keys shows their ids only`() throws {
        let keys = try PayloadKeys([("a", PayloadEncryptionTests.key), ("b", PayloadEncryptionTests.otherKey)])
        var dumped = ""
        dump(keys, to: &dumped)
        dump(PayloadEncryption(keys: keys), to: &dumped)
        for text in ["\(keys)", String(reflecting: keys), dumped] {
            #expect(text.contains("a") && text.contains("b"))
            for secret in ["SymmetricKey", "0, 1, 2", "100", base64] { #expect(!text.contains(secret), "\(text)") }
        }
    }

    /// 0, 1, 2, ...
    private struct Counter: RandomNumberGenerator {
        var number: UInt64 = 0
        mutating func next() -> UInt64 {
            defer { number += 1 }
            return number
        }
    }

    @Test func `a new line can be read, and is as random as its generator`() throws {
        var counter = Counter()
        let line = try PayloadKeys.newLine(id: "k-1.a_B", using: &counter)
        #expect(line == "k-1.a_B AAAAAAAAAAABAAAAAAAAAAIAAAAAAAAAAwAAAAAAAAA=")
        #expect(try PayloadKeys(text: line).ids == ["k-1.a_B"])
        var system = SystemRandomNumberGenerator()
        let lines = try (0..<100).map { _ in try PayloadKeys.newLine(id: "k", using: &system) }
        #expect(Set(lines).count == 100)
        for id in ["", "a b", "ü", "a#", "a,b"] {
            #expect(throws: PayloadEncryptionError.self) { try PayloadKeys.newLine(id: id, using: &system) }
        }
    }

    @Test func `a file that others could use is refused, and so is what is none`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "payload-keys-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "payload.keys").path
        func refusal(_ path: String) -> String? {
            #expect(throws: PayloadEncryptionError.self) { try PayloadKeys(file: path) }?.message
        }
        #expect(refusal(path) == "the payload key file '\(path)' cannot be read: no such file or directory")
        try Data("k \(base64)\n".utf8).write(to: URL(filePath: path))
        for mode in [0o644, 0o640, 0o604, 0o610, 0o620, 0o601] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            let octal = String(mode, radix: 8)
            #expect(
                refusal(path)
                    == "the payload key file '\(path)' can be used by others (mode \(octal)); 'chmod 600' mends that"
            )
        }
        for mode in [0o600, 0o400] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            #expect(try PayloadKeys(file: path).ids == ["k"])
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        for (contents, problem) in [
            (Data("k \(base64)x".utf8), ", line 1: the key is neither base64 nor hex"),
            (Data([0xFF]), " holds no text"),
            (Data(repeating: 0x0A, count: 1 << 20 + 1), " is too large to hold keys only"),
        ] {
            try contents.write(to: URL(filePath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            #expect(refusal(path) == "the payload key file '\(path)'\(problem)")
        }
        #expect(refusal(folder.path)?.hasSuffix("cannot be read: it is a directory") == true)
        for mistaken in [base64, "k \(base64)", "k \(hex) active", "k \(hex),l \(base64)"] {
            let message = refusal(mistaken)
            #expect(message?.contains("a key was given in place of its name") == true)
            #expect(message?.contains(base64) == false && message?.contains(hex) == false)
        }
    }
}

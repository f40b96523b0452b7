import Foundation

extension PayloadKeys {
    /// Reads the keys in a file of the form that ``init(text:from:)`` describes. Throws ``PayloadEncryptionError``, on one
    /// line that says why, also when anybody but the file's owner has a right to it: `chmod 600` mends that.
    public init(file path: String) throws { try self.init(file: path, purpose: "payload") }

    /// The same for keys of another purpose, which errors name: "payload", "history".
    package init(file path: String, purpose: String) throws {
        func refusal(_ reason: String) -> PayloadEncryptionError {
            PayloadEncryptionError(.badKeys, "\(Self.name(of: path, purpose)) \(reason)")
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw refusal("cannot be read: \(Self.reason())") }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw refusal("cannot be read: \(Self.reason())") }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw refusal("cannot be read: it is a directory") }
        guard status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw refusal("can be used by others (mode \(mode)); 'chmod 600' mends that")
        }
        guard let bytes = try? handle.read(upToCount: Self.largestFile + 1) ?? Data() else {
            throw refusal("cannot be read: an error of the disk")
        }
        guard bytes.count <= Self.largestFile else { throw refusal("is too large to hold keys only") }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw refusal("holds no text") }
        try self.init(text: text, from: Self.name(of: path, purpose))
    }

    /// More than ten thousand keys; a name that leads to an endless device comes to an end there.
    private static let largestFile = 1 << 20

    private static func reason() -> String { String(cString: strerror(errno)).lowercased() }

    /// The path is not told when it is a key, given where the name of a file belongs.
    private static func name(of path: String, _ purpose: String) -> String {
        let words = path.split { $0.isWhitespace || $0 == "," }.map(String.init)
        let isKey = words.contains { bytes($0)?.count == keyBytes }
        return isKey
            ? "the \(purpose) key file (a key was given in place of its name)" : "the \(purpose) key file '\(path)'"
    }
}

package import Foundation
import WorkflowAPI

/// Files that people name on the command line.
package enum InputFile {
    /// All of a file, or of standard input for `-`. Throws a refusal on one line that says why it cannot be read.
    package static func contents(of path: String) throws -> Data {
        guard path != "-" else { return FileHandle.standardInput.readDataToEndOfFile() }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw refusal(path, String(cString: strerror(errno)).lowercased()) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw refusal(path, String(cString: strerror(errno)).lowercased())
        }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw refusal(path, "it is a directory") }
        do {
            return try handle.readToEnd() ?? Data()
        } catch {
            throw refusal(path, "an error of the disk")
        }
    }

    private static func refusal(_ path: String, _ reason: String) -> WorkflowServiceError {
        WorkflowServiceError(
            .invalidArgument,
            "\(path.isEmpty ? "a file without a name" : path) cannot be read: \(reason)"
        )
    }
}

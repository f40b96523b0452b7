import Foundation
import WorkflowAPI

/// Writes histories of tests into a folder of fixtures, for later versions of the code to be replayed against.
///
/// The name of a file says the workflow type and the shape of the history, so that a test that is run again writes the
/// same file, and one whose run takes another way writes another.
struct HistoryRecorder: Sendable {
    /// The environment variable that names the folder in which every environment records.
    static let variable = "WORKFLOW_RECORD_HISTORIES"

    let folder: String

    /// A recorder into a folder, or into the one that the environment of the process names; nil for none.
    init?(_ folder: String?) {
        guard let folder = folder ?? ProcessInfo.processInfo.environment[Self.variable], !folder.isEmpty else {
            return nil
        }
        self.folder = folder
    }

    /// Writes a history, unless there is one of its shape already that came by the same patches. Throws ``HistoryFileError``.
    func record(_ history: [HistoryEvent], withholding patches: Set<String> = []) throws {
        guard case .workflowExecutionStarted(let started)? = history.first?.attributes else { return }
        let type = String(started.workflowType.map { $0.isLetter || $0.isNumber ? $0 : "-" })
        let place = "\(folder)/\(type)-\(Self.shape(history, patches)).json"
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            guard !FileManager.default.fileExists(atPath: place) else { return }
            try Data(HistoryJSON.encode(history).utf8).write(to: URL(filePath: place), options: .atomic)
        } catch {
            throw HistoryFileError(description: "\(place) cannot be written: \(error.localizedDescription)")
        }
    }

    /// The same for histories with the same events in the same order, made without the same patches: 64 bits of FNV-1a in hexadecimal.
    private static func shape(_ history: [HistoryEvent], _ patches: Set<String>) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for label in HistoryEvents(history).all.map(\.label) + patches.sorted() {
            for byte in label.utf8 + [0x0A] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

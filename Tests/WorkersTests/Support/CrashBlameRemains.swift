import Foundation
import Workers
import WorkflowAPI

/// What is left of a process that died: its file, and nobody who holds the lock on it.
enum CrashBlameRemains {
    /// - Parameter cleared: How many of the tasks were over by then.
    /// - Parameter unmarked: How many did not end the process.
    static func leave(_ tokens: [TaskToken], cleared: Int = 0, unmarked: Int = 0, prefix: String) throws {
        let file = try CrashBlameFile(prefix: prefix, slots: 4, number: 1)
        let notes = tokens.map { file.note($0) }
        for note in notes.prefix(cleared) { file.clear(note) }
        var copy = try Data(contentsOf: URL(fileURLWithPath: file.path))
        file.close()
        // What the handler of the deadly signal does: the second word of a slot.
        for slot in unmarked..<tokens.count { copy[4096 * (1 + slot) + 4] = 1 }
        try copy.write(to: URL(fileURLWithPath: prefix + "dead"))
    }
}

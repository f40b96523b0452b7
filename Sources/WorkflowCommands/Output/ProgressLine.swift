import Foundation
import WorkflowAPI

/// How far something has come, on stderr: a bar that is drawn anew on a terminal, and nothing elsewhere unless it takes
/// long enough for a line now and then.
final class ProgressLine {
    private let noun: String
    private let isTerminal = isatty(STDERR_FILENO) == 1
    /// Time between two lines where there is no terminal; nil for none.
    private let interval: Duration?
    private let clock: ContinuousClock
    private var lastShown: ContinuousClock.Instant
    private var isDrawn = false

    private static let width = 30
    private static let redrawInterval = Duration.milliseconds(100)

    /// `noun` is what is counted, in the plural.
    init(_ noun: String, linesEvery interval: Duration? = nil, clock: ContinuousClock = ContinuousClock()) {
        self.noun = noun
        self.interval = interval
        self.clock = clock
        lastShown = clock.now
    }

    /// So many of so many have been seen.
    func show(_ seen: Int, of count: Int) {
        guard let interval = isTerminal ? ProgressLine.redrawInterval : interval else { return }
        let now = clock.now
        guard now - lastShown >= interval else { return }
        lastShown = now
        guard isTerminal else { return Output.note("\(seen) of \(count) \(noun)") }
        let filled = count == 0 ? 0 : min(ProgressLine.width, seen * ProgressLine.width / count)
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: ProgressLine.width - filled)
        write("\r[\(bar)] \(seen) of \(count) \(noun)\u{1B}[K")
        isDrawn = true
    }

    /// Takes the bar away, before something else is printed.
    func clear() {
        guard isDrawn else { return }
        write("\r\u{1B}[K")
        isDrawn = false
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

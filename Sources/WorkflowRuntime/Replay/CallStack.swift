import Foundation
import Runtime

/// Where code was: the functions of a thread, innermost first, each with its place in the source where the program carries
/// debug information, and with its name otherwise.
package struct CallStack: Sendable {
    /// One function that had not returned.
    package struct Frame: Hashable, Sendable, CustomStringConvertible {
        /// Its name as it is written, `Order.run(_:)`; an address if nobody knows it.
        package var function: String
        /// The line it was at.
        package var location: SourceLocation?
        /// It belongs to the program, neither to this library nor to Swift's own.
        var isOfAuthor: Bool

        /// `Order.run(_:) at Orders/Order.swift:12`.
        package var description: String { location.map { "\(function) at \($0)" } ?? function }
    }

    /// The functions, innermost first.
    package var frames: [Frame]

    /// The innermost function that its author wrote.
    package var culprit: Frame? {
        frames.first { $0.isOfAuthor && $0.location != nil } ?? frames.first { $0.isOfAuthor }
    }

    /// The functions that addresses belong to, by name alone where nothing more is known.
    init(_ named: SymbolicatedBacktrace?, addresses: [UInt]) {
        frames = (named?.frames ?? []).compactMap { frame in
            guard let symbol = frame.symbol, !frame.isSwiftThunk else { return nil }
            let module = Self.module(of: symbol.rawName)
            let location = symbol.sourceLocation.flatMap { place -> SourceLocation? in
                guard place.line > 0 else { return nil }
                let file = URL(filePath: place.path).lastPathComponent
                return SourceLocation(fileID: module.map { "\($0)/\(file)" } ?? file, line: place.line)
            }
            return Frame(
                function: symbol.name,
                location: location,
                isOfAuthor: module.map { !Self.ours.contains($0) } ?? false
            )
        }
        if frames.isEmpty {
            frames = addresses.map { Frame(function: "0x" + String($0, radix: 16), isOfAuthor: false) }
        }
    }

    /// Frames of these are never what the author has to look at.
    private static let ours: Set<String> = [
        "WorkflowRuntime", "Workers", "WorkflowTesting", "WorkflowCommands", "Foundation", "FoundationEssentials",
        "Dispatch", "Synchronization", "Runtime",
    ]

    /// The module in a mangled name, `4Shop` in `$s4Shop5OrderC`. What is Swift's own has a letter there and is nobody's.
    private static func module(of mangled: String) -> String? {
        guard let prefix = ["$s", "$S"].first(where: mangled.hasPrefix) else { return nil }
        let rest = mangled.dropFirst(prefix.count)
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard let length = Int(digits), length > 0 else { return nil }
        return String(rest.dropFirst(digits.count).prefix(length))
    }
}

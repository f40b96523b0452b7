import ArgumentParser
import Foundation
import WorkflowAPI
import WorkflowRuntime

/// `--input JSON|@FILE|-`.
struct InputOption: ParsableArguments {
    @Option(help: "The argument: JSON, @FILE, or - for standard input.")
    var input: String?

    /// The argument as a payload. Throws a refusal when it is no JSON.
    func payload() throws -> Payload {
        guard let input else { return .null }
        let bytes: [UInt8]
        if input == "-" {
            bytes = [UInt8](try InputFile.contents(of: "-"))
        } else if input.hasPrefix("@") {
            // A file that is called "-" is a file here.
            let path = String(input.dropFirst())
            bytes = [UInt8](try InputFile.contents(of: path == "-" ? "./-" : path))
        } else {
            bytes = [UInt8](input.utf8)
        }
        do {
            _ = try JSONTree(bytes)
        } catch let error as JSONProblem {
            let isMalformed = error.message.hasPrefix("not JSON")
            throw WorkflowServiceError(
                .invalidArgument,
                isMalformed ? "the input is \(error.message)" : "in the input, \(error.message)"
            )
        }
        let text = String(decoding: bytes, as: UTF8.self)
        return .json(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }
}

extension InputCheck {
    /// Refuses what does not fit, naming what it was meant for.
    func refuse(_ payload: Payload, for what: String) throws {
        do {
            try self(payload)
        } catch let error as PayloadError {
            throw WorkflowServiceError(.invalidArgument, "the input does not fit \(what): \(error.message)")
        }
    }
}

/// Durations as they stand on the command line: `90s`, `30m`, `1h30m`, `7d`.
struct DurationArgument: ExpressibleByArgument {
    var duration: Duration

    /// `1h`.
    static let hour = DurationArgument(.seconds(3600))

    init(_ duration: Duration) { self.duration = duration }

    init?(argument: String) {
        let units: [Character: Int64] = ["d": 86_400, "h": 3600, "m": 60, "s": 1]
        var total: Int64 = 0
        var digits = ""
        for character in argument {
            if character.isASCII, character.isNumber {
                digits.append(character)
            } else if let unit = units[character], let count = Int64(digits) {
                let (seconds, overflow) = count.multipliedReportingOverflow(by: unit)
                let (sum, overflow2) = total.addingReportingOverflow(seconds)
                guard !overflow, !overflow2 else { return nil }
                total = sum
                digits = ""
            } else {
                return nil
            }
        }
        guard digits.isEmpty, !argument.isEmpty else { return nil }
        duration = .seconds(total)
    }
}

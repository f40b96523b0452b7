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

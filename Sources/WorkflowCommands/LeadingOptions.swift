import ArgumentParser

/// Options of every command may stand before the command as well: they are moved behind its name, where the parser
/// expects them. What stands after `--` is never an option.
enum LeadingOptions {
    private static let withValue = ["--store", "--namespace", "--payload-keys", "--history-key"]
    private static let flags = ["--json"]

    /// The arguments with the options that stand before the command behind it. Throws a usage error when a value or the
    /// command is missing.
    static func moved(_ arguments: [String], under root: any ParsableCommand.Type) throws -> [String] {
        var rest = arguments[...]
        var options: [String] = []
        while let argument = rest.first {
            if flags.contains(argument) || withValue.contains(where: { argument.hasPrefix($0 + "=") }) {
                options.append(rest.removeFirst())
            } else if withValue.contains(argument) {
                guard let value = rest.dropFirst().first, !value.hasPrefix("-") else {
                    throw ValidationError("\(argument) needs a value")
                }
                options += [argument, value]
                rest.removeFirst(2)
            } else {
                break
            }
        }
        guard !options.isEmpty else { return arguments }
        guard let first = rest.first else { throw ValidationError("a command is missing; 'help' lists them") }
        // Of the parser's own: help, --help, --version.
        guard !first.hasPrefix("-"), first != "help" else { return Array(rest) }
        let path = path(of: rest, under: root)
        // A command that is not there is what the parser shall talk of.
        guard path > 0 else { return Array(rest) }
        return rest.prefix(path) + options + rest.dropFirst(path)
    }

    /// How many of the arguments name the command: `task-queue describe` is two.
    private static func path(of arguments: ArraySlice<String>, under root: any ParsableCommand.Type) -> Int {
        var count = 0
        var command = root
        for argument in arguments {
            let next = command.configuration.subcommands.first { $0._commandName == argument }
            guard let next else { break }
            command = next
            count += 1
        }
        return count
    }
}

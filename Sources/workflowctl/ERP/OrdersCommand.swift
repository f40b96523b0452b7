import ArgumentParser

/// Purchase orders once they have, or nearly have, a number.
struct OrdersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orders",
        abstract: "Shows purchase orders, or closes one of which the rest never comes.",
        subcommands: [OrdersShowCommand.self, OrdersCloseCommand.self],
        defaultSubcommand: OrdersShowCommand.self
    )
}

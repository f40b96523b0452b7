import ArgumentParser
import ERPWorkflows
import WorkflowCommands

struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Shows the sums of every account; with --entries the journal; exits 1 if it should not balance."
    )

    @OptionGroup var global: GlobalOptions
    @Flag(help: "Shows the journal entries with their lines instead.") var entries = false

    func run() async throws {
        var isBalanced = true
        try await global.withERP { database, tenant in
            let service = SQLLedgerService(database: database)
            guard !entries else { return report(try await service.entries(of: tenant)) }
            let balances = try await service.balances(of: tenant)
            let debit = balances.reduce(Int64(0)) { $0 &+ $1.debit.poisha }
            let credit = balances.reduce(Int64(0)) { $0 &+ $1.credit.poisha }
            isBalanced = debit == credit
            report(balances, Money(poisha: debit), Money(poisha: credit))
        }
        if !isBalanced {
            Output.warning("debits and credits differ")
            throw ExitCode(1)
        }
    }

    private func report(_ balances: [AccountBalance], _ debit: Money, _ credit: Money) {
        guard !global.json else {
            for balance in balances {
                Output.json([
                    "account": balance.account.code, "name": balance.account.name,
                    "kind": balance.account.kind.rawValue, "debit": balance.debit.text, "credit": balance.credit.text,
                ])
            }
            return
        }
        Output.table(
            ["ACCOUNT", "NAME", "KIND", "DEBIT", "CREDIT"],
            balances.map { balance in
                [
                    balance.account.code, balance.account.name, balance.account.kind.rawValue,
                    MoneyText.grouped(balance.debit), MoneyText.grouped(balance.credit),
                ]
            } + [["total", "", "", MoneyText.grouped(debit), MoneyText.grouped(credit)]]
        )
    }

    private func report(_ entries: [PostedEntry]) {
        guard !global.json else {
            for posted in entries {
                for line in posted.entry.lines {
                    Output.json([
                        "entry": posted.entryId, "period": posted.period.description,
                        "date": posted.entry.date.description, "source": posted.entry.source,
                        "sourceId": posted.entry.sourceId, "text": line.text, "account": line.account,
                        "debit": line.debit.text, "credit": line.credit.text, "vendorId": line.vendorId ?? "",
                        "department": line.department ?? "", "projectId": line.projectId ?? "",
                    ])
                }
            }
            return
        }
        Output.table(
            ["ENTRY", "DATE", "ACCOUNT", "DEBIT", "CREDIT", "TEXT"],
            entries.flatMap { posted in
                posted.entry.lines.enumerated().map { index, line in
                    [
                        index == 0 ? posted.entryId : "", index == 0 ? posted.entry.date.description : "",
                        line.account, line.debit == .zero ? "" : MoneyText.grouped(line.debit),
                        line.credit == .zero ? "" : MoneyText.grouped(line.credit),
                        index == 0 ? "\(posted.entry.text): \(line.text)" : line.text,
                    ]
                }
            }
        )
    }
}

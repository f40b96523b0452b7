import ArgumentParser
import ERPWorkflows

/// In which digits amounts are shown to people; JSON has the usual ones.
struct DigitsOption: ParsableArguments {
    @Flag(help: "Shows amounts in Bengali digits.") var bengali = false

    /// An amount with South Asian grouping.
    func text(_ money: Money) -> String { bengali ? MoneyText.bengali(money) : MoneyText.grouped(money) }
}

/// Amounts for people in Bangladesh.
public enum MoneyText {
    /// South Asian grouping: the last three digits, then pairs: `12,34,567.89`.
    public static func grouped(_ money: Money) -> String {
        let text = DecimalText.text(money.poisha, fractionDigits: 2)
        let isNegative = text.first == "-"
        let parts = text.drop { $0 == "-" }.split(separator: ".")
        guard let whole = parts.first, let fraction = parts.last else { return text }
        var groups = [String(whole.suffix(3))]
        var rest = whole.dropLast(3)
        while !rest.isEmpty {
            groups.insert(String(rest.suffix(2)), at: 0)
            rest = rest.dropLast(2)
        }
        return (isNegative ? "-" : "") + groups.joined(separator: ",") + "." + fraction
    }

    /// The same in Bengali digits: `১২,৩৪,৫৬৭.৮৯`.
    public static func bengali(_ money: Money) -> String { BengaliDigits.bengali(grouped(money)) }
}

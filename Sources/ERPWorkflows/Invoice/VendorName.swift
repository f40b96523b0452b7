/// Names of companies as people type them.
enum VendorName {
    private static let shortForms = ["limited": "ltd", "private": "pvt", "company": "co", "and": "&"]

    /// The same for names that mean the same: without case, punctuation and blanks, `Limited` as `Ltd.`.
    static func key(_ name: String) -> String {
        let words = name.lowercased().replacing("&", with: " & ")
            .split { !$0.isLetter && !$0.isNumber && $0 != "&" }.map(String.init)
        return words.map { shortForms[$0] ?? $0 }.joined()
    }
}

import Foundation

/// What a service says about a refusal: `{"code": "OrderExists", "message": "..."}`, or `detail` or `title` of RFC 9457
/// in place of `message`. Nothing else of its body is ever shown, since it might repeat what was sent.
struct ServiceProblem: Hashable, Sendable {
    /// A name for programs; nil unless it is one word of letters and digits.
    var code: String?
    /// One line for people, clipped.
    var message: String?

    private static let mostCharacters = 200

    /// Reads a body of any kind. `secret` never comes into the message.
    init(_ body: [UInt8], hiding secret: String?) {
        guard let form = try? JSONDecoder().decode(Form.self, from: Data(body)) else { return }
        if let code = form.code, code.utf8.count <= 64, code.utf8.first.map(Self.isLetter) == true,
            code.utf8.allSatisfy({ Self.isLetter($0) || Self.isDigit($0) })
        {
            self.code = code
        }
        guard var text = form.message ?? form.detail ?? form.title else { return }
        if let secret, !secret.isEmpty { text = text.replacing(secret, with: "…") }
        let plain = String.UnicodeScalarView(
            text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }
        )
        let line = String(plain).trimmingCharacters(in: .whitespaces)
        guard !line.isEmpty else { return }
        message = line.count > Self.mostCharacters ? String(line.prefix(Self.mostCharacters - 1)) + "…" : line
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// Members of another kind than text are as good as none.
    private struct Form: Decodable {
        var code: String?
        var message: String?
        var detail: String?
        var title: String?

        private enum CodingKeys: String, CodingKey { case code, message, detail, title }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            code = try? container.decode(String.self, forKey: .code)
            message = try? container.decode(String.self, forKey: .message)
            detail = try? container.decode(String.self, forKey: .detail)
            title = try? container.decode(String.self, forKey: .title)
        }
    }
}

import Foundation

/// Where a service is, and what it is shown. Its description leaves the token out.
public struct HTTPServiceAddress: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// As it was given.
    let url: String
    /// Scheme, host, port and path, without a slash at the end.
    let base: String
    /// What `Authorization: Bearer` carries.
    let token: String?

    /// An address such as `https://erp.example.com.bd/vendors/v1`. Throws ``HTTPConfigurationError``, which calls it `name`.
    public init(_ url: String, token: String? = nil, name: String = "the address") throws {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), parts.host?.isEmpty == false,
            url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw HTTPConfigurationError("\(name) is not a URL such as https://host/path")
        }
        guard parts.user == nil, parts.password == nil else {
            throw HTTPConfigurationError("\(name) holds a user or a password; a token goes into a variable of its own")
        }
        guard parts.query == nil, parts.fragment == nil else {
            throw HTTPConfigurationError("\(name) may not have a '?' or a '#'; paths are put at its end")
        }
        self.url = url
        var base = url
        while base.hasSuffix("/") { base.removeLast() }
        self.base = base
        let given = token?.isEmpty == true ? nil : token
        guard given?.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) != false else {
            throw HTTPConfigurationError("the token of \(name) has blanks or other characters that no header can carry")
        }
        self.token = given
    }

    /// The URL.
    public var description: String { url }
    /// The URL.
    public var debugDescription: String { url }
    /// The URL.
    public var customMirror: Mirror { Mirror(self, children: ["url": url]) }

    /// The token would be readable on its way.
    var showsToken: Bool {
        guard token != nil, let parts = URLComponents(string: base), parts.scheme?.lowercased() == "http" else {
            return false
        }
        return !["localhost", "127.0.0.1", "[::1]", "::1"].contains(parts.host ?? "")
    }
}

import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Who acts, as recorded in histories: the user of the operating system, and this host.
///
/// The user comes from the process's user id and the system's table of users. No option and no environment variable
/// (`USER`, `LOGNAME`) changes it.
package enum CallerIdentity {
    /// `user@host`.
    package static var current: String { "\(login)@\(ProcessInfo.processInfo.hostName)" }

    /// The login name of the user; `uid-1000` when the system has no name for the id.
    package static var login: String {
        let id = getuid()
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
            guard let memory = buffer.baseAddress, getpwuid_r(id, &entry, memory, buffer.count, &found) == 0,
                found != nil, let name = entry.pw_name
            else { return "uid-\(id)" }
            return String(cString: name)
        }
    }
}

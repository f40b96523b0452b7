import ChildProcesses
import Foundation

/// A PostgreSQL server of the tests' own, in a directory that goes with the process, however that ends.
///
/// It listens on a socket in its directory, where everybody is trusted, and on a TCP port of 127.0.0.1, where the user
/// ``user`` needs ``password``. Run by root, the server runs as another user, since PostgreSQL refuses root.
package final class PostgresServer: Sendable {
    /// How a server stops: like a power cut, or in order.
    package enum StopMode: String, Sendable { case immediate, fast }

    /// What went wrong with a program.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// The superuser.
    package static let user = "owner"
    /// Needed over TCP only. The odd characters are there to be escaped.
    package static let password = "p@ss:w/rd?#% 'x"

    /// Where the programs are: the newest of Debian's places, or where the path leads. Nil when there are none.
    package static let programs: String? = {
        let places = FileManager.default
        let root = "/usr/lib/postgresql"
        let versions = (try? places.contentsOfDirectory(atPath: root)) ?? []
        let sorted = versions.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map { "\(root)/\($0)/bin" }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return (sorted + path.split(separator: ":").map(String.init)).first {
            places.isExecutableFile(atPath: $0 + "/initdb") && places.isExecutableFile(atPath: $0 + "/pg_ctl")
        }
    }()

    /// Tests that need a server are skipped without.
    package static var isAvailable: Bool { programs != nil }

    /// What a skipped test says.
    package static let unavailable = "no PostgreSQL server programs in /usr/lib/postgresql or in the path"

    private static let first = Result { try PostgresServer() }

    /// The server that all tests of a process share: not to be stopped.
    package static var shared: PostgresServer { get throws { try first.get() } }

    package let directory: String
    package let port: Int
    private let programs: String
    private let data: String
    private let runner: [String]
    private let options: String

    /// Makes a server and starts it. `fsync` makes it keep its promises through a power cut of the machine, slowly; through
    /// its own death it keeps them anyhow. With `tls` it has a certificate for 127.0.0.1 in ``certificate``.
    package init(fsync: Bool = false, tls: Bool = false, settings: [String: String] = [:]) throws {
        guard let programs = Self.programs else { throw Failure(description: Self.unavailable) }
        self.programs = programs
        let name = "pg-\(UUID().uuidString.prefix(8))"
        var base = FileManager.default.temporaryDirectory.path
        // A socket's path must be short.
        if base.utf8.count > 60 { base = "/tmp" }
        directory = "\(base)/\(name)"
        data = directory + "/data"
        port = try Self.freePort()
        runner = Self.otherUser()
        var all = [
            "listen_addresses": "127.0.0.1", "port": "\(port)", "unix_socket_directories": directory,
            "shared_buffers": "16MB", "max_connections": "200", "fsync": fsync ? "on" : "off",
            "log_min_messages": "fatal", "cluster_name": "tests", "max_wal_size": "256MB",
        ]
        if tls {
            all.merge(["ssl": "on", "ssl_cert_file": directory + "/certificate", "ssl_key_file": directory + "/key"]) {
                $1
            }
        }
        all.merge(settings) { $1 }
        options = all.sorted { $0.key < $1.key }.map { "-c \($0.key)='\($0.value)'" }.joined(separator: " ")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        try watch()
        if tls { try certify() }
        try prepare()
        try start()
    }

    deinit { remove() }

    /// What a client trusts when the server speaks TLS.
    package var certificate: String { directory + "/certificate" }

    /// A connection string in keywords; over TCP with the password.
    package func connectionString(
        _ database: String = "postgres",
        as role: String = PostgresServer.user,
        tcp: Bool = false
    ) -> String {
        func quoted(_ text: String) -> String {
            "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
        }
        let common = "port=\(port) user=\(role) dbname=\(quoted(database)) "
        return common + (tcp ? "host=127.0.0.1 password=\(quoted(Self.password))" : "host=\(quoted(directory))")
    }

    /// A new database, empty or a copy of another. Its owner, if one is named, is a role that is no superuser, so that
    /// row-level security holds for it.
    package func makeDatabase(ownedBy owner: String? = nil, copying template: String? = nil) throws -> String {
        let name = "test_\(UUID().uuidString.replacing("-", with: "").lowercased().prefix(12))"
        if let owner { try makeRole(owner) }
        try run(
            "CREATE DATABASE \(name)" + (owner.map { " OWNER \($0)" } ?? "")
                + (template.map { " TEMPLATE \($0)" } ?? "")
        )
        return name
    }

    /// A role that may log in, unless there is one.
    package func makeRole(_ name: String) throws {
        // Tests that run at once may want the same one.
        try run(
            """
            DO $$ BEGIN CREATE ROLE \(name) LOGIN;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
            """
        )
    }

    /// What `psql` answers: one line for each row, columns between bars.
    @discardableResult
    package func run(_ sql: String, in database: String = "postgres") throws -> String {
        try call(
            "psql",
            ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", connectionString(database), "-c", sql]
        )
    }

    /// Ends all sessions of a database, or all there are.
    package func terminateConnections(to database: String? = nil) throws {
        let condition = database.map { " AND datname = '\($0)'" } ?? ""
        try run(
            """
            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'\(condition)
            """
        )
    }

    /// Starts a server that was stopped.
    package func start() throws {
        try call("pg_ctl", ["-D", data, "-l", directory + "/log", "-w", "-t", "60", "-o", options, "start"])
    }

    /// Stops it; `immediate` as a power cut would.
    package func stop(_ mode: StopMode = .immediate) throws {
        try call("pg_ctl", ["-D", data, "-w", "-m", mode.rawValue, "stop"])
    }

    /// Stops and starts it.
    package func restart(_ mode: StopMode = .immediate) throws {
        try stop(mode)
        try start()
    }

    /// Stops the processes of the server where they are, or lets them go on: nobody hears from them, and no connection closes.
    package func pause(_ isPaused: Bool) throws {
        let text = try String(contentsOfFile: data + "/postmaster.pid", encoding: .utf8)
        guard let first = text.split(separator: "\n").first, let postmaster = pid_t(first) else {
            throw Failure(description: "the server has no process")
        }
        let children = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }.filter {
            let status = (try? String(contentsOfFile: "/proc/\($0)/status", encoding: .utf8)) ?? ""
            return status.contains("PPid:\t\(postmaster)\n")
        }
        for process in [postmaster] + children { kill(process, isPaused ? SIGSTOP : SIGCONT) }
    }

    /// What the server wrote into its log.
    package var log: String { (try? String(contentsOfFile: directory + "/log", encoding: .utf8)) ?? "" }

    /// Stops the server and removes its directory.
    package func remove() {
        _ = try? stop()
        try? FileManager.default.removeItem(atPath: directory)
    }

    private func prepare() throws {
        let file = directory + "/password"
        try Self.password.write(toFile: file, atomically: false, encoding: .utf8)
        if !runner.isEmpty { _ = try Self.execute("/bin/chown", ["-R", Self.otherName, directory], in: directory) }
        try call(
            "initdb",
            ["-D", data, "-U", Self.user, "-A", "trust", "--pwfile", file, "--no-sync", "-E", "UTF8", "--locale=C"]
        )
        let rules = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        try rules.write(toFile: data + "/pg_hba.conf", atomically: false, encoding: .utf8)
    }

    private func certify() throws {
        _ = try Self.execute(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=tests", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", directory + "/key", "-out",
                certificate,
            ],
            in: directory
        )
        chmod(directory + "/key", 0o600)
    }

    /// A shell waits for the end of this process, whichever it is, and clears up.
    private func watch() throws {
        let script = """
            trap '' INT TERM HUP
            while kill -0 "$1" 2>/dev/null && [ -d "$2" ]; do sleep 0.5; done
            [ -d "$2" ] || exit 0
            directory=$2; program=$3; shift 3
            kill -CONT "$(head -n 1 "$directory/data/postmaster.pid")"
            "$@" "$program" -D "$directory/data" -w -m immediate stop
            rm -rf "$directory"
            """
        let process = "\(ProcessInfo.processInfo.processIdentifier)"
        _ = try ChildProcess(
            "/bin/sh",
            ["-c", script, "sh", process, directory, programs + "/pg_ctl"] + runner,
            in: "/",
            output: "/dev/null",
            errors: "/dev/null"
        )
    }

    @discardableResult
    private func call(_ program: String, _ arguments: [String]) throws -> String {
        let command = runner + ["\(programs)/\(program)"] + arguments
        return try Self.execute(command[0], Array(command.dropFirst()), in: directory)
    }

    private static func execute(_ program: String, _ arguments: [String], in directory: String) throws -> String {
        let place = "\(FileManager.default.temporaryDirectory.path)/pg-call-\(UUID().uuidString)"
        defer { for name in [place + ".out", place + ".err"] { try? FileManager.default.removeItem(atPath: name) } }
        let child = try ChildProcess(
            program,
            arguments,
            in: directory,
            output: place + ".out",
            errors: place + ".err"
        )
        child.waitUntilExit()
        let output = (try? String(contentsOfFile: place + ".out", encoding: .utf8)) ?? ""
        guard child.terminationReason == .exit, child.terminationStatus == 0 else {
            let errors = (try? String(contentsOfFile: place + ".err", encoding: .utf8)) ?? ""
            throw Failure(description: "\(program) \(arguments.joined(separator: " ")): \(output)\(errors)")
        }
        return output.trimmingCharacters(in: .newlines)
    }

    private static let otherName: String = getpwnam("postgres") == nil ? "nobody" : "postgres"

    /// What goes before a command so that it does not run as root.
    private static func otherUser() -> [String] {
        guard getuid() == 0 else { return [] }
        return ["/usr/bin/setpriv", "--reuid=\(otherName)", "--regid=\(otherName)", "--clear-groups"]
    }

    /// A port that nobody has at the moment.
    private static func freePort() throws -> Int {
        #if canImport(Glibc)
        let kind = Int32(SOCK_STREAM.rawValue)
        #else
        let kind = SOCK_STREAM
        #endif
        let socket = socket(AF_INET, kind, 0)
        guard socket >= 0 else { throw Failure(description: "no socket") }
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, length) == 0 ? getsockname(socket, address, &length) : -1
            }
        }
        guard result == 0 else { throw Failure(description: "no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

#if PostgreSQL
import Database
import WorkflowAPI

/// What a process tells the others of a commit: one notification for a batch, small enough for `NOTIFY`.
///
/// A text of lines. The first is the sender, who needs not hear of it; `w` is a queue where a task waits (and how many, where
/// they are several), `c` a run that closed, `d` the earliest time at which something is due, `*` anything at all.
/// Whoever may connect to the database may listen: nothing is said of workflow ids, which name customers and employees.
struct CommitAnnouncement: Sendable {
    /// PostgreSQL refuses 8 000 bytes and more.
    private static let limit = 7_800

    let channel: String
    let sender: String
    /// How long nobody goes without a look at what is due: later than that needs not be told.
    let longestSilence: Duration

    /// The statement that tells of a commit at a time; nil when nobody needs to know.
    func text(of notice: CommitNotice, at time: Timestamp) -> PostgresStatement? {
        var lines = notice.wakes.map { key, count in
            "w\(key.kind.rawValue)\t\(key.namespace.rawValue)\t\(key.queue.rawValue)" + (count > 1 ? "\t\(count)" : "")
        }
        lines += notice.closed.map { "c\($0.rawValue)" }
        if let due = notice.earliestDue, due < time + longestSilence { lines.append("d\(due.nanoseconds)") }
        guard !lines.isEmpty else { return nil }
        let isOdd = lines.contains { $0.contains("\n") || $0.contains("\0") }
        var text = ([sender] + lines).joined(separator: "\n")
        if isOdd || text.utf8.count > CommitAnnouncement.limit { text = "\(sender)\n*" }
        return PostgresStatement("SELECT pg_notify($1, $2)", [.text(channel), .text(text)])
    }

    /// What another process tells; nil for what we have told ourselves.
    func notice(from text: String) -> CommitNotice? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let first = lines.first, first != sender else { return nil }
        var notice = CommitNotice()
        if first == "inbox" { notice.mayFillInbox = true }
        for line in lines.dropFirst() {
            let parts = line.dropFirst().split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            switch line.first {
            case "w":
                guard parts.count == 3 || parts.count == 4,
                    let kind = Int64(parts[0]).flatMap({ TaskWake.Kind(rawValue: $0) })
                else { return .elsewhere }
                let count = parts.count == 4 ? Int(parts[3]) ?? 1 : 1
                notice.wakes[TaskWake(kind, Namespace(parts[1]), TaskQueue(parts[2]))] = max(1, min(count, 1_000))
            case "c":
                guard parts.count == 1 else { return .elsewhere }
                notice.closed.append(RunID(parts[0]))
            case "d": notice.earliestDue = Int64(parts[0]).map { Timestamp(nanoseconds: $0) }
            default: return .elsewhere
            }
        }
        return notice
    }
}
#endif

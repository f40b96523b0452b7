#if PostgreSQL
import Database
import WorkflowAPI

/// Puts the states of runs together from the rows of several tables.
struct RunReader {
    /// Runs of which every row was read.
    struct Wholes {
        var activities: Set<Int64> = []
        var timers: Set<Int64> = []
    }

    /// The key, and the columns of ``ExecutionColumns``.
    static let executionColumnCount = Int32(ExecutionColumns.names.count + 1)

    let namespaces: NamespaceCache
    private var executions: [Int64: (row: ExecutionRow, namespaceID: Int64)] = [:]
    private var keys: [RunID: Int64] = [:]
    private var activities: [Int64: [Int64: PendingActivity]] = [:]
    private var timers: [Int64: [Int64: PendingTimer]] = [:]
    private var buffered: [Int64: [MutableState.BufferedEvent]] = [:]
    private var problems: [Int64: any Error] = [:]
    private(set) var unreadableIDs: [(Int64, RunID)] = []

    init(namespaces: NamespaceCache) { self.namespaces = namespaces }

    /// Rows that begin with the key and the columns of an execution.
    mutating func readRuns(_ result: PostgresResult, on connection: PostgresConnection) async throws {
        for index in 0..<result.rowCount {
            let row = PostgresRow(result: result, row: index)
            let (key, namespaceID) = (row.integer(0), row.integer(2))
            guard executions[key] == nil else { continue }
            guard let namespace = try await namespaces.name(of: namespaceID, on: connection) else { continue }
            do {
                let execution = try ExecutionColumns.row(row, in: namespace)
                executions[key] = (execution, namespaceID)
                keys[execution.execution.runID] = key
            } catch {
                problems[key] = error
                unreadableIDs.append((key, RunID(row.text(4))))
            }
        }
    }

    /// A row of the columns of ``ActivityColumns``.
    mutating func readActivity(_ row: PostgresRow) {
        let key = row.integer(0)
        do {
            let activity = try ActivityColumns.row(row)
            activities[key, default: [:]][activity.scheduledEventID] = activity
        } catch {
            problems[key] = error
        }
    }

    /// A row of key, started event, timer id and time.
    mutating func readTimer(_ row: PostgresRow) {
        let shifted = PostgresRow(result: row.result, row: row.row, skipping: 1)
        let timer = PendingTimer.row(shifted)
        timers[row.integer(0), default: [:]][timer.startedEventID] = timer
    }

    /// Asks for buffered events where a row says that there are any: seldom.
    mutating func readBuffered(on connection: PostgresConnection) async throws {
        let keys = executions.filter { $0.value.row.bufferedEventCount > 0 }.map(\.key)
        guard !keys.isEmpty else { return }
        let result = try await connection.query(
            "SELECT run_key, event FROM buffered_event WHERE run_key = ANY ($1) ORDER BY run_key, position",
            [.integers(keys)]
        )
        for row in result.map({ $0 }) { readBuffered(row) }
    }

    /// A row of key and event, in order.
    mutating func readBuffered(_ row: PostgresRow) {
        do {
            buffered[row.integer(0), default: []].append(try HistoryRow.decodeBuffered(row.blob(1)))
        } catch {
            problems[row.integer(0)] = error
        }
    }

    func key(of id: RunID) -> Int64? { keys[id] }

    /// The runs, and those whose rows cannot be read.
    func finish(_ wholes: Wholes) -> (runs: [Int64: StagedRun], unreadable: [Int64: any Error]) {
        var runs: [Int64: StagedRun] = [:]
        for (key, (row, namespaceID)) in executions where problems[key] == nil {
            let state = MutableState(
                execution: row,
                activities: RowSet(
                    activities[key] ?? [:],
                    isWhole: row.pendingActivityCount == 0 || wholes.activities.contains(key)
                ),
                timers: RowSet(timers[key] ?? [:], isWhole: row.pendingTimerCount == 0 || wholes.timers.contains(key)),
                buffered: buffered[key] ?? []
            )
            runs[key] = StagedRun(state, namespaceID: namespaceID)
        }
        return (runs, problems)
    }
}
#endif

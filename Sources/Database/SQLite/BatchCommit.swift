/// One transaction for several writes, each in a savepoint: one that throws fails alone, and nobody is told before the
/// commit.
struct BatchCommit {
    let batch: [DatabaseWriter.Member]
    let connection: SQLiteConnection

    /// How it ended.
    enum Outcome {
        /// Committed, but for the members that threw. Members beyond the failures were not begun: the time was up.
        case committed(failures: [(any Error)?], followsOthers: Bool)
        /// The transaction could not begin, which concerns all members alike.
        case refused(any Error, isUsable: Bool)
        /// Nothing of it happened. A connection that is not usable has to be opened anew.
        case undone(any Error, isUsable: Bool)
        /// Nobody knows whether it happened, but for the members that threw and those that were not begun.
        case unknown(DatabaseError, failures: [(any Error)?])
    }

    /// After this long a batch begins no more members, in nanoseconds: beyond it commits cost little beside the work, and
    /// other processes wait for the turn.
    static let patience: Int64 = 100_000_000

    func run() -> Outcome {
        _ = connection.takeCommitHooks()
        var failures: [(any Error)?] = []
        let begun = MonotonicClock.nanoseconds
        let followsOthers: Bool
        do {
            try connection.execute("BEGIN IMMEDIATE")
            followsOthers = try connection.othersHaveCommitted()
        } catch {
            return .refused(error, isUsable: rollBack())
        }
        for member in batch {
            // A few slow members must not keep the turn from other processes for a minute.
            if MonotonicClock.nanoseconds - begun > BatchCommit.patience { break }
            failures.append(nil)
            do {
                try connection.savepoint { try member.run(connection) }
            } catch let failure as SavepointFailure {
                // The member's writes could not be taken back alone.
                return undo(failure.cause)
            } catch {
                failures[failures.count - 1] = error
                // The database undid everything: full disk, I/O error, no memory.
                if connection.isAutocommit { return undo(error) }
            }
        }
        do {
            try connection.execute("COMMIT")
            return .committed(failures: failures, followsOthers: followsOthers)
        } catch let error as DatabaseError where error.code.leavesCommitUndone {
            return undo(error)
        } catch {
            _ = connection.takeCommitHooks()
            let unknown = DatabaseError(
                .outcomeUnknown,
                "the commit failed, and whether it happened is not known: \(error)",
                nativeCode: (error as? DatabaseError)?.nativeCode ?? 0
            )
            return .unknown(unknown, failures: failures)
        }
    }

    private func undo(_ error: any Error) -> Outcome {
        _ = connection.takeCommitHooks()
        return .undone(error, isUsable: rollBack())
    }

    private func rollBack() -> Bool {
        if !connection.isAutocommit { try? connection.execute("ROLLBACK") }
        return connection.isAutocommit
    }
}

/// A savepoint that threw and could not be taken back: only the whole transaction can.
package struct SavepointFailure: Error {
    package let cause: any Error
}

extension DatabaseError.Code {
    /// A `COMMIT` that fails so has not happened: the last frame of the log, which would make it valid, was not written,
    /// or was not tried. A failed sync says nothing of the kind.
    fileprivate var leavesCommitUndone: Bool {
        switch self {
        case .full, .busy, .constraint, .unique: true
        default: false
        }
    }
}

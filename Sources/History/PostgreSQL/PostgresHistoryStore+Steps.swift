#if PostgreSQL
import Database
package import WorkflowAPI

extension PostgresHistoryStore {
    package var runsSteps: Bool { true }

    /// The step runs on a thread of its own with the connection of the transaction, which holds the lock of the run alone:
    /// others write meanwhile.
    package func update<R: Sendable>(
        _ target: RunTarget,
        reading: ReadSet,
        running step: @escaping StoreStep,
        after check: @escaping @Sendable (Transition) throws -> Void,
        _ body: @escaping @Sendable (inout Transition, StoreStepResult) throws -> R
    ) async throws -> R {
        let subject = try await subject(of: target)
        var attempts = 0
        while true {
            do {
                let (answer, notice) = try await attempt(subject, reading, step, check, body)
                var told = notice
                told.mayFillInbox = true
                listeners.tell(told)
                return answer
            } catch let error as DatabaseError where error.isWorthRetrying && attempts < 8 {
                attempts += 1
                await database.pauseBeforeRetry(attempts)
            } catch let error as DatabaseError {
                throw error.translated
            }
        }
    }

    private func attempt<R: Sendable>(
        _ subject: RunSubject,
        _ reading: ReadSet,
        _ step: @escaping StoreStep,
        _ check: @escaping @Sendable (Transition) throws -> Void,
        _ body: @escaping @Sendable (inout Transition, StoreStepResult) throws -> R
    ) async throws -> (R, CommitNotice) {
        let (result, answer) = (Box<StoreStepResult>(), Box<R>())
        var member = BatchMember(
            work: .update(subject, reading: reading, unlessUsed: nil) { run in
                guard let result = result.value else { throw BrokenInvariant("a step came to no end") }
                answer.value = try body(&run, result)
            },
            end: { _ in }
        )
        // It waits for the lock of its run instead of passing by.
        member.misses = 3
        member.isSerializable = true
        let alone = member
        return try await database.withGuestConnection { [context, stepLimit, database] connection in
            var batch = TransitionBatch([alone], context)
            try await batch.read(on: connection)
            try check(try batch.transition(of: subject))
            result.value = try await database.onThread {
                try Self.run(step, connection, limit: stepLimit)
            }
            let outcome = try await batch.finish(on: connection)
            if case .failed(let error)? = outcome.ends[0] { throw error }
            guard let made = answer.value else { throw BrokenInvariant("a step came to no end") }
            return (made, outcome.notice)
        }
    }

    private static func run(
        _ step: StoreStep,
        _ connection: PostgresConnection,
        limit: Duration
    ) throws -> StoreStepResult {
        do {
            return try connection.step(PostgresSchema.guestSetting, limit: limit) { transaction in
                let result = step(transaction)
                if case .failed(let failure) = result { throw StepFailed(failure: failure) }
                return result
            }
        } catch let failed as StepFailed {
            return .failed(failed.failure)
        } catch let error as StoreError {
            return .failed(Failure(storeError: error))
        }
    }
}
#endif

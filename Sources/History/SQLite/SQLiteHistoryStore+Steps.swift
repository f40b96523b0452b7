import Database
package import WorkflowAPI

extension SQLiteHistoryStore {
    package var runsSteps: Bool { true }

    package func update<R: Sendable>(
        _ target: RunTarget,
        reading: ReadSet,
        running step: @escaping StoreStep,
        after check: @escaping @Sendable (Transition) throws -> Void,
        _ body: @escaping @Sendable (inout Transition, StoreStepResult) throws -> R
    ) async throws -> R {
        let time = now()
        return try await transaction { [stepLimit] connection, notice in
            let tables = try self.tables(connection, target.namespace)
            let key = try tables.key(of: target)
            var transition = Transition(state: try tables.state(key, reading: reading), at: time)
            try check(transition)
            let result = try Self.run(step, connection, limit: stepLimit)
            notice.mayFillInbox = true
            let answer = try body(&transition, result)
            try tables.write(transition, &notice)
            return answer
        }
    }

    private static func run(
        _ step: StoreStep,
        _ connection: SQLiteConnection,
        limit: Duration
    ) throws -> StoreStepResult {
        do {
            return try connection.step(SQLiteSchema.guestRights, limit: limit) { transaction in
                let result = step(transaction)
                if case .failed(let failure) = result { throw StepFailed(failure: failure) }
                return result
            }
        } catch let failed as StepFailed {
            return .failed(failed.failure)
        } catch let error as StoreError where !connection.isAutocommit {
            return .failed(Failure(storeError: error))
        }
    }
}

import Synchronization
public import WorkflowRuntime

/// Activities that a test puts in place of others, before or between what the environment does.
extension TimeSkippingEnvironment {
    /// Does `body` in place of an activity, and notes what it was called with.
    @discardableResult
    public func mock<Input: Decodable & SendableMetatype & Sendable, Output: Encodable & SendableMetatype>(
        _ activity: ActivityDescriptor<Input, Output>,
        _ body: @escaping @Sendable (Input) async throws -> Output
    ) -> ActivityCalls<Input> {
        let calls = ActivityCalls<Input>()
        mock(
            ActivityRegistration(activity) { input in
                calls.note(input)
                return try await body(input)
            }
        )
        return calls
    }

    /// Does `body` in place of an activity that gives nothing, and notes what it was called with.
    @discardableResult
    public func mock<Input: Decodable & SendableMetatype & Sendable>(
        _ activity: ActivityDescriptor<Input, Void>,
        _ body: @escaping @Sendable (Input) async throws -> Void
    ) -> ActivityCalls<Input> {
        let calls = ActivityCalls<Input>()
        mock(
            ActivityRegistration(activity) { input in
                calls.note(input)
                try await body(input)
            }
        )
        return calls
    }

    /// Puts the activities of a type in place of those with their names; others stay as they are.
    public func mock(_ activities: any ActivityContainer) { tasks.replace(activities.activities) }
}

/// What an activity was called with, in order, repeated attempts included.
public final class ActivityCalls<Input: Sendable>: Sendable {
    private let state = Mutex<[Input]>([])

    /// The inputs so far.
    public var inputs: [Input] { state.withLock { $0 } }

    /// How many calls there were.
    public var count: Int { inputs.count }

    func note(_ input: Input) { state.withLock { $0.append(input) } }
}

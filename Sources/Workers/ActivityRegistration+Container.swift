public import WorkflowRuntime

/// One activity is a group of one, so that a worker takes groups and single activities in one list.
extension ActivityRegistration: ActivityContainer {
    /// Itself.
    public var activities: [ActivityRegistration] { [self] }
}

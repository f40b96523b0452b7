/// Names of the markers that the runtime records; they are stored, so they stay.
package enum MarkerName {
    /// Code asked whether a patch applies (details `id`, `deprecated`).
    package static let patch = "swift-workflow-patch"
    /// A signal was skipped because its argument could not be read or its name is unknown (detail `signal`).
    package static let skippedSignal = "swift-workflow-skipped-signal"
    /// The run ended while signal handlers still ran, which were cancelled (detail `handlers`).
    package static let unfinishedHandlers = "swift-workflow-unfinished-handlers"
    /// A local activity ended (details `data` and `result`, or a failure). Name and details are those of Temporal's Core, whose
    /// tools so know what it is.
    package static let localActivity = "core_local_activity"
}

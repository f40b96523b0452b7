import WorkflowAPI
import WorkflowRuntime

/// An event that a test expects in a history: its kind, and the name of what it is about if that is given.
///
///     try history.expect(.started, .activityScheduled("charge"), .activityCompleted("charge"), .completed)
public struct ExpectedEvent: Hashable, Sendable, CustomStringConvertible {
    let kind: String
    let name: String?

    init(_ kind: String, _ name: String? = nil) {
        self.kind = kind
        self.name = name
    }

    /// As it is written in code.
    public var description: String { name.map { ".\(kind)(\"\($0)\")" } ?? ".\(kind)" }

    func matches(_ event: HistoryEvents.Item) -> Bool { kind == event.kind && (name == nil || name == event.name) }

    /// The run has begun.
    public static let started = ExpectedEvent("started")
    /// It gave a result.
    public static let completed = ExpectedEvent("completed")
    /// It failed.
    public static let failed = ExpectedEvent("failed")
    /// It passed a time limit.
    public static let timedOut = ExpectedEvent("timedOut")
    /// It ended because it was asked to.
    public static let canceled = ExpectedEvent("canceled")
    /// It was ended from outside.
    public static let terminated = ExpectedEvent("terminated")
    /// It was asked to end.
    public static let cancelRequested = ExpectedEvent("cancelRequested")
    /// A timer began.
    public static let timerStarted = ExpectedEvent("timerStarted")
    /// A timer fired.
    public static let timerFired = ExpectedEvent("timerFired")
    /// A timer was given up.
    public static let timerCanceled = ExpectedEvent("timerCanceled")
    /// A local activity ended, with a result or without, or an attempt failed and a timer follows.
    public static func localActivity(_ type: String? = nil) -> ExpectedEvent { ExpectedEvent("localActivity", type) }
    /// Any other marker.
    public static let marker = ExpectedEvent("marker")

    /// A signal arrived.
    public static func signaled(_ name: String? = nil) -> ExpectedEvent { ExpectedEvent("signaled", name) }
    /// An activity was asked for.
    public static func activityScheduled(_ type: String? = nil) -> ExpectedEvent {
        ExpectedEvent("activityScheduled", type)
    }
    /// An activity gave a result.
    public static func activityCompleted(_ type: String? = nil) -> ExpectedEvent {
        ExpectedEvent("activityCompleted", type)
    }
    /// An activity failed for good.
    public static func activityFailed(_ type: String? = nil) -> ExpectedEvent { ExpectedEvent("activityFailed", type) }
    /// An activity passed a time limit for good.
    public static func activityTimedOut(_ type: String? = nil) -> ExpectedEvent {
        ExpectedEvent("activityTimedOut", type)
    }
    /// An activity was to be cancelled.
    public static func activityCancelRequested(_ type: String? = nil) -> ExpectedEvent {
        ExpectedEvent("activityCancelRequested", type)
    }
    /// An activity was cancelled.
    public static func activityCanceled(_ type: String? = nil) -> ExpectedEvent {
        ExpectedEvent("activityCanceled", type)
    }
    /// The run took the new branch of a change.
    public static func patched(_ id: String? = nil) -> ExpectedEvent { ExpectedEvent("patched", id) }
}

/// A history in the words of ``ExpectedEvent``: without workflow tasks and starts of activities, which say nothing about
/// the code.
struct HistoryEvents {
    /// One event.
    struct Item {
        var id: Int64
        var kind: String
        var name: String?
        var isCommand: Bool
        var label: String { name.map { ".\(kind)(\"\($0)\")" } ?? ".\(kind)" }
    }

    private(set) var all: [Item] = []

    init(_ history: [HistoryEvent]) {
        var types: [Int64: String] = [:]
        for event in history {
            if case .activityTaskScheduled(let scheduled) = event.attributes {
                types[event.id] = scheduled.activityType
            }
            guard let (kind, name) = Self.words(for: event, types) else { continue }
            all.append(Item(id: event.id, kind: kind, name: name, isCommand: event.attributes.isFromCommand))
        }
    }

    private static func words(for event: HistoryEvent, _ types: [Int64: String]) -> (String, String?)? {
        switch event.attributes {
        case .workflowTaskScheduled, .workflowTaskStarted, .workflowTaskCompleted, .workflowTaskTimedOut,
            .workflowTaskFailed, .activityTaskStarted:
            nil
        case .workflowExecutionStarted: ("started", nil)
        case .workflowExecutionCompleted: ("completed", nil)
        case .workflowExecutionFailed: ("failed", nil)
        case .workflowExecutionTimedOut: ("timedOut", nil)
        case .workflowExecutionCanceled: ("canceled", nil)
        case .workflowExecutionTerminated: ("terminated", nil)
        case .workflowExecutionCancelRequested: ("cancelRequested", nil)
        case .workflowExecutionSignaled(let signal): ("signaled", signal.signalName)
        case .activityTaskScheduled(let event): ("activityScheduled", event.activityType)
        case .activityTaskCompleted(let event): ("activityCompleted", types[event.scheduledEventID])
        case .activityTaskFailed(let event): ("activityFailed", types[event.scheduledEventID])
        case .activityTaskTimedOut(let event): ("activityTimedOut", types[event.scheduledEventID])
        case .activityTaskCancelRequested(let event): ("activityCancelRequested", types[event.scheduledEventID])
        case .activityTaskCanceled(let event): ("activityCanceled", types[event.scheduledEventID])
        case .timerStarted: ("timerStarted", nil)
        case .timerFired: ("timerFired", nil)
        case .timerCanceled: ("timerCanceled", nil)
        case .markerRecorded(let marker):
            PatchMarker.patchID(marker).map { ("patched", $0) }
                ?? LocalActivityMarker(marker).map { ("localActivity", $0.activityType) }
                ?? ("marker", marker.markerName)
        case .unknown(let type, _): ("event\(type.rawValue)", nil)
        }
    }
}

extension PatchMarker {
    /// The id that a marker is about; nil if it is no patch marker.
    static func patchID(_ marker: HistoryEvent.MarkerRecorded) -> String? {
        guard marker.markerName == name, let payload = marker.details[idKey]?.first else { return nil }
        return try? PayloadConverter.value(payload)
    }
}

import CWorkflowHooks

/// Notices, at the moment it happens, that workflow code starts a task outside of its run: `Task { }`, `Task.detached`,
/// a call into an actor of the default executor. The report names the function and, where the program carries debug
/// information, file and line. Their cost for a task that is none of a run cannot be measured (docs/BENCHMARKS.md).
///
/// Hooks of the concurrency runtime are one for a process: test environments install them, workers unless their
/// configuration says otherwise, and whoever calls ``install()``. Hooks that were there before are called too.
public enum EscapeHooks {
    /// Installs the hooks. Repeated calls do nothing; there is no way back.
    public static func install() {
        wf_install_escape_hooks { kind, run in
            guard let run else { return }
            let context = Unmanaged<RunContext>.fromOpaque(run).takeUnretainedValue()
            guard !context.isEvicting, !context.isPoisoned else { return }
            let isMain = kind == Int32(wf_escape_main.rawValue)
            let what = isMain ? "the main actor" : "a task outside of the run"
            context.poison(
                isMain ? .mainActor : .task,
                "workflow code handed work to \(what) (Task { }, Task.detached, another actor); use Workflow.spawn, "
                    + "async let or an activity",
                CapturedStack.current()
            )
        }
    }
}

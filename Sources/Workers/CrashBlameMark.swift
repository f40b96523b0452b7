import CWorkflowHooks

/// Where code leaves a mark when it ends the process: the address of a slot and the serial number of its use. Has the
/// layout of `wf_blame_mark`, which a signal handler reads.
///
/// Code that stays on its thread says so for the thread; activity code, which changes threads at every `await` and shares
/// them with the jobs of others when it enters an actor, by a task-local value: child tasks have it, and it is there on
/// whatever thread the job runs.
package struct CrashBlameMark: Sendable {
    var address: UInt
    var serial: UInt64

    /// No mark is left.
    static let nobody = CrashBlameMark(address: 0, serial: 0)

    /// The mark of the attempt that the calling task works for.
    @TaskLocal static var current = CrashBlameMark.nobody

    /// Says that this is what the calling thread runs from now on.
    /// - Returns: what it ran before.
    func enterThread() -> CrashBlameMark {
        let slot = UnsafeMutablePointer<wf_blame_slot>(bitPattern: address)
        let outer = wf_swap_thread_blame(wf_blame_mark(slot: slot, serial: serial))
        return CrashBlameMark(address: UInt(bitPattern: outer.slot), serial: outer.serial)
    }

    /// Installs the handlers; repeated calls do nothing.
    static func installHandlers() {
        // The key under which the runtime keeps a task-local value is the address of its declaration.
        wf_install_crash_handlers(Unmanaged.passUnretained($current).toOpaque())
    }
}

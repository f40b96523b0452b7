import CWorkflowHooks

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What says that somebody has written to the wake file.
protocol WakeSource: Sendable {
    /// Waits for a sign, at most so long; false when none came.
    func wait(milliseconds: Int32) -> Bool
    /// Ends a wait that another thread is in.
    func interrupt()
    /// Lets go of what it holds; nobody waits any more.
    func close()
}

/// No signs at all: whoever waits looks for himself when the time is up.
struct PollingWakeSource: WakeSource {
    private let semaphore = ThreadSemaphore()

    func wait(milliseconds: Int32) -> Bool {
        _ = semaphore.wait(milliseconds: Int(milliseconds))
        return false
    }

    func interrupt() { semaphore.signal() }

    func close() {}
}

#if os(Linux)
/// The kernel's signs, within microseconds.
struct InotifyWakeSource: WakeSource {
    private let watch: Int32
    // A pipe: what is written into it ends a wait.
    private let interruption: (reading: Int32, writing: Int32)

    /// Nil where the kernel gives none: its instances are few.
    init?(path: String) {
        watch = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        guard watch >= 0 else { return nil }
        var ends: [Int32] = [-1, -1]
        guard inotify_add_watch(watch, path, UInt32(IN_MODIFY)) >= 0, wf_make_pipe(&ends) == 0 else {
            Glibc.close(watch)
            return nil
        }
        interruption = (ends[0], ends[1])
    }

    func wait(milliseconds: Int32) -> Bool {
        var descriptors = [
            pollfd(fd: watch, events: Int16(POLLIN), revents: 0),
            pollfd(fd: interruption.reading, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&descriptors, 2, milliseconds) > 0, descriptors[0].revents != 0 else { return false }
        var buffer = [UInt8](repeating: 0, count: 4096)
        while read(watch, &buffer, buffer.count) > 0 {}
        return true
    }

    func interrupt() {
        var sign: UInt8 = 1
        _ = write(interruption.writing, &sign, 1)
    }

    func close() {
        for descriptor in [watch, interruption.reading, interruption.writing] { Glibc.close(descriptor) }
    }
}
#endif

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The processor time that the calling thread has used, in nanoseconds: what other processes do does not count.
func threadTime() -> Int64 { nanoseconds(CLOCK_THREAD_CPUTIME_ID) }

/// The processor time that all threads of this process have used, in nanoseconds.
func processTime() -> Int64 { nanoseconds(CLOCK_PROCESS_CPUTIME_ID) }

private func nanoseconds(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

extension Array where Element: Comparable {
    /// The middle element when sorted; the array must not be empty.
    var median: Element { sorted()[count / 2] }
}

import CWorkflowHooks
import Dispatch
import Foundation
import Runtime
import Synchronization

/// Where a thread was, as addresses: taken in microseconds. Their names and lines are looked up later, and elsewhere, for
/// that takes seconds the first time in a large program.
package struct CapturedStack: Sendable {
    private let addresses: [UInt]
    /// They are where suspended code goes on, rather than where calls return to.
    private var areResumptions = false

    private static let capacity = 48

    /// The calling thread.
    ///
    /// Not by `Backtrace.capture`, which reads all that the process has mapped (``LoadedImages``).
    static func current() -> CapturedStack {
        var addresses = [UInt](repeating: 0, count: capacity)
        let count = wf_stack_of_this_thread(&addresses, Int32(capacity))
        return CapturedStack(addresses: Array(addresses.prefix(Int(count))))
    }

    /// Another thread of this process, by what `wf_this_thread()` said there. It must not end meanwhile. Empty if it does not
    /// answer within a second.
    package init(thread: UInt) {
        var addresses = [UInt](repeating: 0, count: 64)
        let count = wf_stack_of_thread(thread, &addresses, Int32(addresses.count))
        self.addresses = Array(addresses.prefix(Int(count)))
    }

    private init(addresses: [UInt]) { self.addresses = addresses }

    /// A task that is suspended and stays so meanwhile: where its code goes on, and where the code that waits for it does.
    init(suspended task: UnsafeRawPointer) {
        var addresses = [UInt](repeating: 0, count: Self.capacity)
        let count = wf_async_chain(task, &addresses, Int32(addresses.count))
        self.addresses = Array(addresses.prefix(Int(count)))
        areResumptions = true
    }

    /// Nobody answered.
    package var isEmpty: Bool { addresses.isEmpty }

    /// The functions with their names and lines.
    package func named() async -> CallStack {
        await withCheckedContinuation { continuation in
            StackNaming.shared.name(addresses, by: lookUp) { continuation.resume(returning: $0) }
        }
    }

    @Sendable private func lookUp() -> CallStack {
        CallStack(LoadedImages.map().flatMap { backtrace?.symbolicated(with: $0) }, addresses: addresses)
    }

    /// Swift's Backtrace of addresses that were taken elsewhere. It can be made only from its encoded form: `02` for 64-bit
    /// addresses, then `2F` and eight bytes for each, `3F` where code goes on after an await (docs/CompactBacktraceFormat.md of the Swift project).
    private var backtrace: Backtrace? {
        var bytes: [UInt8] = [0x02]
        for address in addresses where address != 0 {
            bytes.append(areResumptions ? 0x3F : 0x2F)
            bytes += withUnsafeBytes(of: UInt64(address).bigEndian, Array.init)
        }
        let text = Data(bytes).base64EncodedString().replacing("=", with: "")
        let encoded = #"{"architecture":"\#(Self.architecture)","backtrace":"\#(text)"}"#
        return try? JSONDecoder().decode(Backtrace.self, from: Data(encoded.utf8))
    }

    private static var architecture: String {
        #if arch(arm64)
        "arm64"
        #else
        "x86_64"
        #endif
    }
}

/// The one thread that looks up names. It remembers the last stacks: code that is in the wrong at one place is tried again and
/// comes to the same place.
private final class StackNaming: Sendable {
    static let shared = StackNaming()

    private static let capacity = 32
    private let known = Mutex<[(addresses: [UInt], stack: CallStack)]>([])
    private let jobs = Mutex<[@Sendable () -> Void]>([])
    private let available = DispatchSemaphore(value: 0)

    private init() {
        let thread = Thread { [self] in
            while true {
                available.wait()
                jobs.withLock { $0.removeFirst() }()
            }
        }
        thread.stackSize = 8 * 1024 * 1024
        thread.start()
    }

    func name(
        _ addresses: [UInt],
        by lookUp: @escaping @Sendable () -> CallStack,
        _ answer: @escaping @Sendable (CallStack) -> Void
    ) {
        jobs.withLock { jobs in
            jobs.append { [self] in
                if let found = known.withLock({ $0.first { $0.addresses == addresses } }) { return answer(found.stack) }
                let stack = lookUp()
                known.withLock { $0 = [(addresses, stack)] + $0.prefix(Self.capacity - 1) }
                answer(stack)
            }
        }
        available.signal()
    }
}

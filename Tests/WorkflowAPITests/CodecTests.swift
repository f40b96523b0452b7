import Testing
import WorkflowAPI

/// A generator with a seed that a failing test prints.
struct SeededRandom: RandomNumberGenerator {
    let seed: UInt64
    private var state: UInt64

    init(seed: UInt64 = .random(in: 0 ... .max)) {
        self.seed = seed
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

@Suite struct CodecTests {
    @Test func `no bytes, however broken, end the process`() {
        var random = SeededRandom()
        var refused = 0
        for round in 0..<20_000 {
            var bytes = Golden.all[round % Golden.all.count].bytes
            guard !bytes.isEmpty else { continue }
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0...bytes.count, using: &random)) }
            do { _ = try HistoryCodec.decodeEvent(bytes[...]) } catch { refused += 1 }
        }
        #expect(refused > 1000, "seed \(random.seed)")
    }

    @Test(arguments: Golden.all)
    func `bytes that are cut off are refused or read as less`(_ golden: Golden) throws {
        let whole = try HistoryCodec.decodeEvent(golden.bytes[...])
        for length in 0..<golden.bytes.count {
            if let part = try? HistoryCodec.decodeEvent(golden.bytes.prefix(length)[...]) {
                #expect(part != whole)
            }
        }
    }

    @Test func `a number over 64 bits is refused`() {
        #expect(throws: CodecError.self) {
            try HistoryCodec.decodeEvent([0x08] + Array(repeating: 0xFF, count: 10) + [0x01])
        }
        #expect(throws: CodecError.self) { try HistoryCodec.decodeEvent([0x08, 0xFF]) }
    }

    @Test func `causes beyond the thirty-second are left out, and deeper bytes are refused`() throws {
        var failure = Failure(message: "0", info: .unknown)
        for depth in 1...100 { failure = Failure(message: "\(depth)", info: .terminated, cause: failure) }
        let read = try Failure(protobuf: failure.protobuf)
        var depth = 0
        var next: Failure? = read
        while let cause = next?.cause {
            depth += 1
            next = cause
        }
        #expect(read.message == "100")
        #expect(depth == FailureLimits.maxCauses)

        var bytes: [UInt8] = []
        for _ in 0..<1000 {
            var writer = ProtobufWriter()
            bytes = wrap(bytes, into: &writer)
        }
        #expect(throws: CodecError.self) { try Failure(protobuf: bytes) }
    }

    private func wrap(_ bytes: [UInt8], into writer: inout ProtobufWriter) -> [UInt8] {
        // Field 4 of a failure is its cause.
        var length = bytes.count
        var prefix: [UInt8] = [0x22]
        repeat {
            prefix.append(UInt8(length & 0x7F) | (length > 0x7F ? 0x80 : 0))
            length >>= 7
        } while length > 0
        return prefix + bytes
    }

    @Test func `task tokens come back as they went, and garbage is refused`() throws {
        let token = TaskToken(
            namespace: "acme",
            execution: WorkflowExecution(workflowID: "po-1", runID: "0190"),
            runKey: 7,
            scheduledEventID: 5,
            startedEventID: 6,
            attempt: 3,
            claim: 9,
            activityID: "4"
        )
        #expect(try TaskToken(encoded: token.encoded) == token)
        #expect(throws: CodecError.self) { try TaskToken(encoded: []) }
        #expect(throws: CodecError.self) { try TaskToken(encoded: [2] + token.encoded.dropFirst()) }
        #expect(throws: CodecError.self) { try TaskToken(encoded: [1, 0xFF, 0xFF]) }
        #expect(throws: CodecError.self) { try TaskToken(encoded: [1]) }
    }

    @Test func `a time before 1970 comes back as it went`() throws {
        var event = try Golden.event("timer_fired full")
        for nanoseconds: Int64 in [-1, -1_000_000_001, 0, 1, .min / 2, .max / 2] {
            event.time = Timestamp(nanoseconds: nanoseconds)
            #expect(try HistoryCodec.decodeEvent(HistoryCodec.encode(event)[...]).time == event.time)
        }
    }
}

import History
import Testing
import WorkflowAPI

struct RunIDMakerTests {
    @Test func `a run id is the UUIDv7 of RFC 9562's example`() {
        // RFC 9562, A.6: unix_ts_ms 0x017F22E279B0, rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F.
        let time = Timestamp(nanoseconds: 0x017F_22E2_79B0 * 1_000_000)
        let id = RunIDMaker.make(at: time, random: 0xCC3, 0x18C4_DC0C_0C07_398F)
        #expect(id == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
    }

    @Test func `version and variant stand whatever the random bits are`() {
        for bits in [UInt64.min, .max] {
            let id = RunIDMaker.make(at: Timestamp(nanoseconds: 1_767_225_600_000_000_000), random: bits, bits)
            let text = Array(id.rawValue)
            #expect(text.count == 36 && text[14] == "7" && "89ab".contains(text[19]))
            #expect([8, 13, 18, 23].allSatisfy { text[$0] == "-" })
        }
    }

    @Test func `run ids sort by time`() {
        let times = [0, 1, 999, 1_000_000, 1_767_225_600_000].map { Timestamp(nanoseconds: $0 * 1_000_000) }
        let ids = times.map { RunIDMaker.make(at: $0, random: 7, 7) }
        #expect(ids == ids.sorted() && Set(ids).count == times.count)
    }

    @Test func `a time before 1970 counts as 1970`() {
        let id = RunIDMaker.make(at: Timestamp(nanoseconds: -5_000_000_000), random: 0, 0)
        #expect(id == "00000000-0000-7000-8000-000000000000")
    }
}

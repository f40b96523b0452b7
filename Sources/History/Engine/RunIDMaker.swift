package import WorkflowAPI

/// Makes run ids: UUIDv7 in lower case, so that they sort by time of start.
package enum RunIDMaker {
    /// A run id of a moment and 74 random bits.
    package static func make(at time: Timestamp, random: UInt64, _ moreRandom: UInt64) -> RunID {
        let milliseconds = UInt64(max(0, time.nanoseconds / 1_000_000))
        let high = (milliseconds << 16) | 0x7000 | (random & 0x0FFF)
        let low = (moreRandom & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
        let digits = hex(high) + hex(low)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(digit)
        }
        return RunID(text)
    }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

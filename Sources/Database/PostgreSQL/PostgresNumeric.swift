#if PostgreSQL
/// A `numeric` as text, exactly: groups of four decimal digits, the weight of the first, a sign, and how many digits to show
/// after the point.
struct PostgresNumeric: CustomStringConvertible {
    let description: String

    /// Nil when the bytes are no numeric.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 8 else { return nil }
        func word(_ index: Int) -> UInt16 {
            UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))
        }
        let count = Int(word(0))
        let weight = Int(Int16(bitPattern: word(1)))
        let scale = Int(word(3))
        switch word(2) {
        case 0xC000: description = "NaN"
        case 0xD000: description = "Infinity"
        case 0xF000: description = "-Infinity"
        case let sign:
            guard bytes.count == 8 + count * 2, sign == 0 || sign == 0x4000 else { return nil }
            func group(_ power: Int) -> String {
                let index = weight - power
                let digits = String((0..<count).contains(index) ? word(4 + index) : 0)
                return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            }
            let groups = weight < 0 ? "0" : (0...weight).reversed().map(group).joined()
            let whole = groups.drop { $0 == "0" }
            var text = (sign == 0 ? "" : "-") + (whole.isEmpty ? "0" : whole)
            if scale > 0 {
                let groups = (1...(scale + 3) / 4).map { group(-$0) }.joined()
                text += "." + groups.prefix(scale)
            }
            description = text
        }
    }
}
#endif

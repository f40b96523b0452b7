import Crypto
package import WorkflowAPI

/// The same numbers every time: xoshiro256** and our own derived functions, because the standard library's may change.
/// Golden values are held by a test.
public struct DeterministicRandom: RandomNumberGenerator, Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// A generator from 64 bits, spread by splitmix64.
    package init(seed: UInt64) {
        var mixer = seed
        func next() -> UInt64 {
            mixer &+= 0x9E37_79B9_7F4A_7C15
            var value = mixer
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
        state = (next(), next(), next(), next())
    }

    /// The generator of a run: seeded with the first eight bytes of SHA-256 of the run id at the start of its chain.
    package init(originalRunID: RunID) {
        var seed: UInt64 = 0
        for byte in SHA256.hash(data: Array(originalRunID.rawValue.utf8)).prefix(8) { seed = seed << 8 | UInt64(byte) }
        self.init(seed: seed)
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        let result = rotate(state.1 &* 5, 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = rotate(state.3, 45)
        return result
    }

    private func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 { value << bits | value >> (64 - bits) }

    /// A number under `bound`, each as likely (Lemire's method with rejection); 0 for a bound of 0.
    package mutating func next(under bound: UInt64) -> UInt64 {
        guard bound > 0 else { return 0 }
        var product = next().multipliedFullWidth(by: bound)
        let threshold = (0 &- bound) % bound
        while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
        return product.high
    }

    /// A number in 0..<1 with 53 random bits.
    package mutating func nextDouble() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A version 4 UUID in lower case.
    package mutating func nextUUID() -> String {
        let high = (next() & 0xFFFF_FFFF_FFFF_0FFF) | 0x4000
        let low = (next() & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
        let digits = hex(high) + hex(low)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index == 8 || index == 12 || index == 16 || index == 20 { text.append("-") }
            text.append(digit)
        }
        return text
    }

    /// The elements in another order, each order as likely: Fisher and Yates from the end.
    package mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
        var result = elements
        for index in result.indices.dropFirst().reversed() {
            result.swapAt(index, Int(next(under: UInt64(index + 1))))
        }
        return result
    }

    private func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

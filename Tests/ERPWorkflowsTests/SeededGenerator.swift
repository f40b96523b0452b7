/// SplitMix64: the same numbers from the same seed on every machine. Every test prints its seed, so that it can be
/// run again with the same numbers.
struct SeededGenerator: RandomNumberGenerator {
    let seed: UInt64
    private var state: UInt64

    init(seed: UInt64 = .random(in: 0 ... .max), _ test: String = #function) {
        print("\(test): seed \(seed)")
        self.seed = seed
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 to the largest, small ones as likely as large ones.
    mutating func magnitude() -> Int64 { Int64(next() >> 1) >> Int64.random(in: 0..<63, using: &self) }
}

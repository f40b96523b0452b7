#if PostgreSQL
import CPostgres

/// Values as they travel: types, lengths and one run of bytes, made on the caller's thread.
struct PostgresParameters: Sendable {
    /// What the protocol can count.
    static let maximumCount = 65_535

    let types: [UInt32]
    /// One for each value; of a null it is 0.
    private var lengths: [Int32] = []
    /// Where each value begins; -1 for a null.
    private var offsets: [Int] = []
    private var bytes: [UInt8] = []

    /// Throws ``DatabaseError`` `misuse` over what cannot travel.
    init(_ values: [PostgresValue]) throws(DatabaseError) {
        guard values.count <= Self.maximumCount else {
            throw DatabaseError(
                .misuse,
                "\(values.count) values for one statement; PostgreSQL takes \(Self.maximumCount)"
            )
        }
        types = values.map(\.type)
        lengths.reserveCapacity(values.count)
        offsets.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            let start = bytes.count
            do {
                try append(value)
            } catch {
                throw DatabaseError(.misuse, "value $\(index + 1): \(error.message)")
            }
            guard let length = Int32(exactly: bytes.count - start), length <= 1 << 30 else {
                throw DatabaseError(.misuse, "value $\(index + 1) has more than 1 GiB")
            }
            lengths.append(length)
            offsets.append(value == .null ? -1 : start)
        }
        // An empty array has no address, and an address is what tells an empty value from a null.
        bytes.append(0)
    }

    /// How much travels.
    var byteCount: Int { bytes.count - 1 }

    /// The shapes that libpq's functions take.
    func withPointers<R>(
        _ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> R
    ) -> R {
        guard !types.isEmpty else { return body(0, nil, nil, nil) }
        let formats = [Int32](repeating: 1, count: types.count)
        return bytes.withUnsafeBytes { bytes in
            let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            let addresses = offsets.map { offset in offset < 0 ? nil : start.map { $0 + offset } }
            return body(Int32(types.count), addresses, lengths, formats)
        }
    }

    private mutating func append(_ value: PostgresValue) throws(DatabaseError) {
        switch value {
        case .null: break
        case .integer(let value): append(bigEndian: value)
        case .real(let value): append(bigEndian: value.bitPattern)
        case .text(let value): try append(text: value)
        case .blob(let value): bytes.append(contentsOf: value)
        case .boolean(let value): bytes.append(value ? 1 : 0)
        case .integers(let values):
            try append(values, of: PostgresType.int8) { (parameters, value) throws(DatabaseError) in
                parameters.append(bigEndian: value)
            }
        case .texts(let values):
            try append(values, of: PostgresType.text) { (parameters, value) throws(DatabaseError) in
                try parameters.append(text: value)
            }
        case .blobs(let values):
            try append(values, of: PostgresType.bytea) { (parameters, value) throws(DatabaseError) in
                parameters.bytes.append(contentsOf: value)
            }
        case .booleans(let values):
            try append(values, of: PostgresType.bool) { (parameters, value) throws(DatabaseError) in
                parameters.bytes.append(value ? 1 : 0)
            }
        }
    }

    private mutating func append(text: String) throws(DatabaseError) {
        let start = bytes.count
        bytes.append(contentsOf: text.utf8)
        guard !bytes[start...].contains(0) else {
            throw DatabaseError(.misuse, "the text holds a NUL, which PostgreSQL cannot store; make it a blob")
        }
    }

    private mutating func append(bigEndian value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// An array of one dimension: dimensions, whether there are nulls, type, length, first index; then the elements.
    private mutating func append<Element>(
        _ values: [Element?],
        of type: UInt32,
        _ append: (inout PostgresParameters, Element) throws(DatabaseError) -> Void
    ) throws(DatabaseError) {
        self.append(bigEndian: Int32(values.isEmpty ? 0 : 1))
        self.append(bigEndian: Int32(values.contains { $0 == nil } ? 1 : 0))
        self.append(bigEndian: type)
        guard !values.isEmpty else { return }
        guard let count = Int32(exactly: values.count) else { throw DatabaseError(.misuse, "the array is too long") }
        self.append(bigEndian: count)
        self.append(bigEndian: Int32(1))
        for value in values {
            guard let value else {
                self.append(bigEndian: Int32(-1))
                continue
            }
            let place = bytes.count
            self.append(bigEndian: Int32(0))
            try append(&self, value)
            guard let length = Int32(exactly: bytes.count - place - 4) else {
                throw DatabaseError(.misuse, "an element of the array is too long")
            }
            withUnsafeBytes(of: length.bigEndian) { bytes.replaceSubrange(place..<place + 4, with: $0) }
        }
    }
}
#endif

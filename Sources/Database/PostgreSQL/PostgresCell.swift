#if PostgreSQL
import WorkflowAPI

/// One value in PostgreSQL's binary format. What does not fit its type reads as nil, never traps.
struct PostgresCell {
    let type: UInt32
    let bytes: UnsafeRawBufferPointer

    /// Microseconds from 1970 to 2000, where PostgreSQL's time begins.
    private static let epoch: Int64 = 946_684_800_000_000

    var integer: Int64? {
        switch type {
        case PostgresType.int8, PostgresType.xid8: bigEndian(at: 0)
        case PostgresType.int4: (bigEndian(at: 0) as Int32?).map(Int64.init)
        case PostgresType.int2: (bigEndian(at: 0) as Int16?).map(Int64.init)
        case PostgresType.oid, PostgresType.xid, PostgresType.regclass: (bigEndian(at: 0) as UInt32?).map(Int64.init)
        case PostgresType.bool: boolean.map { $0 ? 1 : 0 }
        case PostgresType.timestamptz: nanoseconds
        default: nil
        }
    }

    /// Infinite times, and those before 1677 or after 2262, are not to be had.
    private var nanoseconds: Int64? {
        guard let time = bigEndian(at: 0) as Int64? else { return nil }
        let (since1970, isLate) = time.addingReportingOverflow(Self.epoch)
        let (nanoseconds, isFar) = since1970.multipliedReportingOverflow(by: 1_000)
        return isLate || isFar ? nil : nanoseconds
    }

    var real: Double? {
        switch type {
        case PostgresType.float8: (bigEndian(at: 0) as UInt64?).map(Double.init(bitPattern:))
        case PostgresType.float4: (bigEndian(at: 0) as UInt32?).map { Double(Float(bitPattern: $0)) }
        case PostgresType.int2, PostgresType.int4, PostgresType.int8: integer.map(Double.init)
        case PostgresType.numeric: text.flatMap(Double.init)
        default: nil
        }
    }

    var text: String? {
        switch type {
        case PostgresType.text, PostgresType.varchar, PostgresType.bpchar, PostgresType.name, PostgresType.char,
            PostgresType.json, PostgresType.unknown:
            String(decoding: bytes, as: UTF8.self)
        case PostgresType.jsonb: bytes.first == 1 ? String(decoding: bytes.dropFirst(), as: UTF8.self) : nil
        case PostgresType.uuid: uuid
        case PostgresType.numeric: PostgresNumeric(bytes)?.description
        default: nil
        }
    }

    var blob: [UInt8]? { type == PostgresType.bytea ? [UInt8](bytes) : nil }

    var boolean: Bool? { type == PostgresType.bool && bytes.count == 1 ? bytes[0] != 0 : nil }

    var value: StoreValue? {
        switch type {
        case PostgresType.float4, PostgresType.float8: real.map { .real($0) }
        case PostgresType.bytea: blob.map { .blob($0) }
        // What `sum` of whole numbers is, for one.
        case PostgresType.numeric: text.map { text in Int64(text).map { .integer($0) } ?? .text(text) }
        default: integer.map { .integer($0) } ?? text.map { .text($0) }
        }
    }

    /// The elements of an array of one dimension or none; nil for anything else.
    var array: [PostgresCell?]? {
        guard Self.arrays.contains(type), let dimensions = bigEndian(at: 0) as Int32?,
            let element = bigEndian(at: 8) as UInt32?
        else { return nil }
        if dimensions == 0 { return [] }
        guard dimensions == 1, let count = bigEndian(at: 12) as Int32?, count >= 0 else { return nil }
        var offset = 20
        var cells: [PostgresCell?] = []
        cells.reserveCapacity(min(Int(count), bytes.count / 4))
        for _ in 0..<count {
            guard let length = bigEndian(at: offset) as Int32? else { return nil }
            offset += 4
            if length < 0 {
                cells.append(nil)
                continue
            }
            guard offset + Int(length) <= bytes.count else { return nil }
            let part = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + Int(length)])
            cells.append(PostgresCell(type: element, bytes: part))
            offset += Int(length)
        }
        return cells
    }

    private static let arrays: Set<UInt32> = [
        PostgresType.boolArray, PostgresType.byteaArray, PostgresType.nameArray, PostgresType.int2Array,
        PostgresType.int4Array, PostgresType.textArray, PostgresType.varcharArray, PostgresType.int8Array,
    ]

    private var uuid: String? {
        guard bytes.count == 16 else { return nil }
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    private func bigEndian<Number: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> Number? {
        guard offset + MemoryLayout<Number>.size <= bytes.count else { return nil }
        return Number(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
}
#endif

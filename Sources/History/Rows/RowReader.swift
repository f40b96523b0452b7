import Database
import WorkflowAPI

/// A row that a query found, whichever database found it. Columns are counted from 0.
protocol RowReader {
    func integer(_ column: Int32) -> Int64
    func optionalInteger(_ column: Int32) -> Int64?
    func text(_ column: Int32) -> String
    func optionalText(_ column: Int32) -> String?
    func blob(_ column: Int32) -> [UInt8]
    func optionalBlob(_ column: Int32) -> [UInt8]?
}

extension SQLiteStatement: RowReader {}

extension RowReader {
    func timestamp(_ column: Int32) -> Timestamp { Timestamp(nanoseconds: integer(column)) }
    func optionalTimestamp(_ column: Int32) -> Timestamp? { optionalInteger(column).map { Timestamp(nanoseconds: $0) } }
    func optionalDuration(_ column: Int32) -> Duration? { optionalInteger(column).map { .nanoseconds($0) } }
    func fields(_ column: Int32) throws -> PayloadMap {
        try optionalBlob(column).map { try PayloadFields(protobuf: $0).fields } ?? [:]
    }
    func payloads(_ column: Int32) throws -> [Payload] {
        try optionalBlob(column).map { try PayloadList(protobuf: $0).payloads } ?? []
    }
}

extension StoreValue {
    /// Named payloads; null when there are none.
    static func fields(_ fields: PayloadMap) -> StoreValue {
        fields.isEmpty ? .null : .blob(PayloadFields(fields).protobuf)
    }
    /// A list of payloads; null when there are none.
    static func payloads(_ list: [Payload]) -> StoreValue { list.isEmpty ? .null : .blob(PayloadList(list).protobuf) }
}

package import WorkflowAPI

/// A row of `history` in every database: all events of one transaction, linked by hash to the row before.
package struct HistoryRow: Hashable, Sendable {
    /// The id of its first event.
    package var firstEventID: Int64
    /// The form of the bytes; 1 is plain, with room for compressed and encrypted.
    package var format: Int64
    /// The events.
    package var bytes: [UInt8]
    /// The hash chain up to here.
    package var link: [UInt8]

    /// A row of its parts.
    package init(firstEventID: Int64, format: Int64 = HistoryRow.plain, bytes: [UInt8], link: [UInt8]) {
        self.firstEventID = firstEventID
        self.format = format
        self.bytes = bytes
        self.link = link
    }

    /// The form of rows that are ``WorkflowAPI/HistoryCodec``'s bytes as they are.
    package static let plain: Int64 = 1

    /// The row for the events of a transition; moves the chain's head and the size of `row` along. Nil for no events.
    init?(_ events: [HistoryEvent], appendingTo row: inout ExecutionRow, keys: HistoryKeys?) {
        guard let first = events.first else { return nil }
        let bytes = HistoryCodec.encode(events)
        let link = HistoryChain.link(
            after: row.chainHead,
            row.execution.runID,
            firstEventID: first.id,
            bytes,
            keys: keys
        )
        self.init(firstEventID: first.id, bytes: bytes, link: link)
        row.chainHead = link
        row.historySize += Int64(bytes.count)
    }

    /// The row with more events behind its own, in the same transaction; `row` is as it was left by this one, but for the head of
    /// the chain, which is that before it.
    func extended(by events: [HistoryEvent], appendingTo row: inout ExecutionRow, keys: HistoryKeys?) -> HistoryRow {
        let more = HistoryCodec.encode(events)
        let all = bytes + more
        let link = HistoryChain.link(
            after: row.chainHead,
            row.execution.runID,
            firstEventID: firstEventID,
            all,
            keys: keys
        )
        row.chainHead = link
        row.historySize += Int64(more.count)
        return HistoryRow(firstEventID: firstEventID, bytes: all, link: link)
    }

    /// The events. Throws ``WorkflowAPI/CodecError``, also for a form that this version does not know.
    package func events() throws -> [HistoryEvent] { try HistoryRow.decode(format: format, bytes) }

    /// The events of a stored row. Throws ``WorkflowAPI/CodecError`` for a form that this program does not know.
    static func decode(format: Int64, _ bytes: [UInt8]) throws -> [HistoryEvent] {
        guard format == plain else { throw CodecError(offset: 0, reason: "history format \(format)") }
        return try HistoryCodec.decode(bytes)
    }

    /// The bytes of a row of `buffered_event`.
    static func encode(_ event: MutableState.BufferedEvent) -> [UInt8] {
        HistoryCodec.encode(HistoryEvent(id: 0, time: event.time, attributes: event.attributes))
    }

    /// What a row of `buffered_event` holds.
    static func decodeBuffered(_ bytes: [UInt8]) throws -> MutableState.BufferedEvent {
        let event = try HistoryCodec.decodeEvent(bytes[...])
        return MutableState.BufferedEvent(time: event.time, attributes: event.attributes)
    }
}

import Testing
import WorkflowAPI

/// Temporal's JSON of histories, held against what its own classes write: see `Golden/make_golden.py`.
struct HistoryJSONTests {
    @Test(arguments: Golden.all)
    func `an event is written as Temporal writes it, and read back`(_ golden: Golden) throws {
        let event = try HistoryCodec.decodeEvent(golden.bytes[...])
        let text = try HistoryJSON.encode([event])
        let expected = try JSONTree(#"{"events":[\#(golden.json)]}"#.utf8)
        // Where nothing was set, we always have a message that Temporal may lack.
        if !golden.name.hasSuffix("minimal") { #expect(try JSONTree(text.utf8) == expected) }
        #expect(try HistoryJSON.decode(text.utf8) == [event])
        #expect(try HistoryJSON.decode(#"{"events":[\#(golden.json)]}"#.utf8) == [event])
    }

    @Test func `what is no history is refused on one line with the place`() {
        for (text, says) in [
            ("[]", "is no object"), (#"{"events":5}"#, "'events' is no list"),
            (#"{"events":[{"eventId":"x"}]}"#, "'events[0].eventId' is no whole number"),
            (#"{"events":[{"eventTime":"today"}]}"#, "'events[0].eventTime' is no RFC 3339 time"),
            (
                #"{"events":[{"workflowExecutionSignaledEventAttributes":{"input":{"payloads":[{"data":"%"}]}}}]}"#,
                "'events[0].workflowExecutionSignaledEventAttributes.input.payloads[0].data' is not base 64"
            ),
            ("{", "not JSON"),
        ] {
            let problem = #expect(throws: JSONProblem.self) { try HistoryJSON.decode(text.utf8) }
            #expect(problem?.message.contains(says) == true, "\(String(describing: problem))")
        }
    }

    @Test func `members and values that nobody knows are passed over`() throws {
        let text = #"""
            {"events":[{"eventId":"1","eventTime":"2026-01-01T06:00:00.5+06:00","eventType":"EVENT_TYPE_TIMER_FIRED",
            "fromTheFuture":{"a":[1]},"timerFiredEventAttributes":{"timerId":"7","startedEventId":5}}]}
            """#
        let events = try HistoryJSON.decode(text.utf8)
        let expected = HistoryEvent(
            id: 1,
            time: Timestamp(nanoseconds: 1_767_225_600_500_000_000),
            attributes: .timerFired(.init(timerID: "7", startedEventID: 5))
        )
        #expect(events == [expected])
    }

    @Test func `times and durations before 1970 and long after come back as they were`() throws {
        let moments: [Int64] = [
            0, 1, -1, 999_999_999, -1_000_000_001, 951_782_400_000_000_000, 9_000_000_000_000_000_000,
        ]
        for nanoseconds in moments {
            let event = HistoryEvent(
                id: 1,
                time: Timestamp(nanoseconds: nanoseconds),
                attributes: .timerStarted(
                    .init(timerID: "1", startToFireTimeout: .nanoseconds(nanoseconds), workflowTaskCompletedEventID: 4)
                )
            )
            #expect(try HistoryJSON.decode(try HistoryJSON.encode([event]).utf8) == [event], "\(nanoseconds)")
        }
    }
}

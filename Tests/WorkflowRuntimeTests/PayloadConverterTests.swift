import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime

struct PayloadConverterTests {
    @Test func `an empty list is JSON whatever its elements, and only bytes are bytes`() throws {
        #expect(try PayloadConverter.payload([String]()).encoding == Payload.jsonEncoding)
        #expect(try PayloadConverter.payload([Int]()).data == Array("[]".utf8))
        #expect(try PayloadConverter.value(try PayloadConverter.payload([String]()), as: [String].self) == [])
        #expect(try PayloadConverter.payload([UInt8]()).encoding == Payload.binaryEncoding)
        #expect(try PayloadConverter.payload(Data([1])).encoding == Payload.binaryEncoding)
        #expect(try PayloadConverter.payload(Int?.none).encoding == Payload.nullEncoding)
    }

    @Test func `a duration is a number of seconds wherever it stands`() throws {
        let plan = Plan(
            limit: .seconds(90),
            grace: .milliseconds(-1500),
            none: nil,
            steps: [.zero, .nanoseconds(1)],
            named: ["week": .seconds(604_800)],
            choice: .after(.seconds(3)),
            date: Date(timeIntervalSince1970: 0.5),
            data: Data([1, 2]),
            small: [1, 2],
            inner: Plan.Inner(wait: Duration(secondsComponent: 0, attosecondsComponent: 1), text: "5s")
        )
        let payload = try PayloadConverter.payload(plan)
        #expect(
            String(decoding: payload.data, as: UTF8.self)
                == #"{"choice":{"after":{"_0":"3s"}},"data":"AQI=","date":"1970-01-01T00:00:00.500Z","grace":"-1.5s","#
                + #""inner":{"text":"5s","wait":"0.000000000000000001s"},"limit":"90s","named":{"week":"604800s"},"#
                + #""small":[1,2],"steps":["0s","0.000000001s"]}"#
        )
        #expect(try PayloadConverter.value(payload, as: Plan.self) == plan)
        #expect(try StrictJSON.decode(Plan.self, from: payload.data) == plan)
        #expect(try PayloadConverter.payload(Duration.seconds(7)).data == Array(#""7s""#.utf8))
        #expect(try PayloadConverter.value(.json(#""0.25s""#), as: Duration.self) == .milliseconds(250))
    }

    @Test(arguments: [
        #""90""#, #""s""#, #""-s""#, #""1.s""#, #""1h""#, #""99999999999999999999s""#, #""+1s""#,
        #""1.0000000000000000001s""#,
    ])
    func `what is no duration is refused with the place`(text: String) throws {
        let error = #expect(throws: PayloadError.self) {
            try PayloadConverter.value(.json("{\"wait\":\(text),\"text\":\"1s\"}"), as: Plan.Inner.self)
        }
        #expect(error?.message.hasPrefix("'wait'") == true)
        #expect(error?.message.contains("such as 90s") == true)
    }

    @Test func `integers of every width are read strictly`() throws {
        let widths = Widths(a: -1, b: 2, c: -3, d: 4, e: -5, f: 6, g: 7, h: 8.5, i: -9, j: 10, k: .seconds(11))
        let payload = try PayloadConverter.payload(widths)
        #expect(try StrictJSON.decode(Widths.self, from: payload.data) == widths)
    }
}

private struct Plan: Codable, Equatable {
    struct Inner: Codable, Equatable {
        var wait: Duration
        var text: String
    }
    enum Choice: Codable, Equatable { case after(Duration) }

    var limit: Duration
    var grace: Duration?
    var none: Duration?
    var steps: [Duration]
    var named: [String: Duration]
    var choice: Choice
    var date: Date
    var data: Data
    var small: [Int]
    var inner: Inner
}

private struct Widths: Codable, Equatable {
    var a: Int8
    var b: UInt8
    var c: Int16
    var d: UInt16
    var e: Int64
    var f: UInt64
    var g: UInt
    var h: Float
    var i: Int128
    var j: UInt128
    var k: Duration
}

extension Payload {
    fileprivate static func json(_ text: String) -> Payload {
        Payload(encoding: jsonEncoding, data: Array(text.utf8))
    }
}

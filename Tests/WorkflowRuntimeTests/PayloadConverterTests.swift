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
}

import Foundation
import WorkflowAPI

extension DecodingError {
    /// Path and reason on one line in the words of JSON, without the value.
    package var pathAndReason: String { pathAndReason(of: "the value") }

    /// Path and reason on one line in the words of JSON, without the value; `whole` names the value that was read.
    package func pathAndReason(of whole: String) -> String {
        func place(_ context: Context, _ last: (any CodingKey)? = nil) -> String {
            let path = JSONPath.text((context.codingPath + (last.map { [$0] } ?? [])).map(\.step))
            return path.isEmpty ? whole : "'\(path)'"
        }
        switch self {
        case .keyNotFound(let key, let context): return "\(place(context, key)) is missing"
        case .valueNotFound(_, let context): return "\(place(context)) is null"
        case .typeMismatch(let type, let context): return "\(place(context)) is not \(Self.words(for: type))"
        case .dataCorrupted(let context):
            let isNumber = ["does not fit", "is not representable"].contains { context.debugDescription.contains($0) }
            if isNumber { return "\(place(context)): the number is out of range" }
            return context.codingPath.isEmpty
                ? context.debugDescription : "\(place(context)): \(context.debugDescription)"
        @unknown default: return "\(whole) does not have the expected form"
        }
    }

    /// What a person who wrote JSON understands.
    private static func words(for type: Any.Type) -> String {
        switch type {
        case is Bool.Type: "true or false"
        case is any FixedWidthInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type, is Decimal.Type: "a number"
        case is String.Type, is Date.Type, is Data.Type, is URL.Type, is UUID.Type, is Duration.Type: "a text"
        case is any JSONList.Type: "a list"
        case is any JSONObject.Type: "an object"
        default: "of the expected form"
        }
    }
}

private protocol JSONList {}
extension Array: JSONList {}
extension Set: JSONList {}
private protocol JSONObject {}
extension Dictionary: JSONObject {}

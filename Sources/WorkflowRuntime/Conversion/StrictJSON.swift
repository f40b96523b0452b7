import Foundation
import WorkflowAPI

/// Reads JSON that people wrote, strictly: what is not understood is refused rather than ignored.
///
/// Malformed text, duplicate keys, more than 512 levels, missing and unknown keys (with the nearest known name) and values
/// of a wrong type are one clear line each, with the path. Values are read as ``PayloadConverter`` reads them.
package enum StrictJSON {
    /// Reads a value. Throws ``PayloadError``.
    @discardableResult
    package static func decode<Value: Decodable>(_ type: Value.Type, from bytes: some Collection<UInt8>) throws -> Value
    {
        let tree: JSONTree
        do {
            tree = try JSONTree(bytes)
        } catch let problem as JSONProblem {
            throw PayloadError(message: problem.message)
        }
        // JSON has no limit, but every type has.
        if let path = tree.path(ofNumber: { Double($0)?.isFinite != true }) { throw PayloadError(outOfRange: path) }
        let recorder = KeyRecorder()
        let decoder = PayloadConverter.makeDecoder()
        recorder.ride(on: decoder)
        do {
            let value = try decoder.decode(Wrapped<Value>.self, from: Data(bytes)).value
            if let unknown = recorder.unknownKey(in: tree) { throw PayloadError(message: unknown) }
            return value
        } catch let error as DecodingError {
            if let path = tree.pathOfNumber(behind: error) { throw PayloadError(outOfRange: path) }
            throw PayloadError(message: error.pathAndReason(of: "the input") + misspelled(error, tree))
        }
    }

    /// A key that is missing may stand there under a slightly different name.
    private static func misspelled(_ error: DecodingError, _ tree: JSONTree) -> String {
        guard case .keyNotFound(let key, let context) = error,
            case .object(let members)? = tree[context.codingPath.map(\.step)],
            let near = NearestName.of(key.stringValue, among: members.keys.sorted())
        else { return "" }
        return "; there is '\(near)', did you mean that?"
    }
}

extension PayloadError {
    fileprivate init(outOfRange path: [String]) {
        let place = path.isEmpty ? "the input" : "'\(JSONPath.text(path))'"
        self.init(message: "\(place): the number is out of range")
    }
}

extension JSONTree {
    /// Foundation tells of a number that a type cannot hold as if the text were no JSON, and not where it stands.
    fileprivate func pathOfNumber(behind error: DecodingError) -> [String]? {
        guard case .dataCorrupted(let context) = error, context.codingPath.isEmpty,
            context.debugDescription.hasPrefix("The given data was not valid JSON")
        else { return nil }
        let isInteger = { (text: String) in text.utf8.allSatisfy { $0 == 0x2D || (0x30...0x39).contains($0) } }
        return path(ofNumber: { Decimal(string: $0)?.isFinite != true })
            ?? path(ofNumber: { isInteger($0) && Int64($0) == nil }) ?? path(ofNumber: { !isInteger($0) })
    }

    /// Where the first number stands for which something holds.
    fileprivate func path(ofNumber holds: (String) -> Bool) -> [String]? {
        switch self {
        case .number(let text): return holds(text) ? [] : nil
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                if let path = element.path(ofNumber: holds) { return [String(index)] + path }
            }
        case .object(let members):
            for (key, member) in members.sorted(by: { $0.key < $1.key }) {
                if let path = member.path(ofNumber: holds) { return [key] + path }
            }
        case .string, .bool, .null: break
        }
        return nil
    }
}

/// Which keys a type asked for, by the path of the object.
///
/// `@unchecked Sendable`: made, filled and read by one call of `decode` on one thread.
final class KeyRecorder: @unchecked Sendable {
    private static let key = CodingUserInfoKey(rawValue: "workflow.strict-json")
    private var asked: [[String]: Set<String>] = [:]
    private var takesAll: Set<[String]> = []

    /// Lets every decoder inside of this one find the recorder.
    func ride(on decoder: JSONDecoder) {
        if let key = KeyRecorder.key { decoder.userInfo[key] = self }
    }

    /// The recorder that rides on a decoder.
    static func riding(on decoder: any Decoder) -> KeyRecorder? {
        key.flatMap { decoder.userInfo[$0] as? KeyRecorder }
    }

    func note(_ key: any CodingKey, at path: [any CodingKey]) {
        asked[path.map(\.step), default: []].insert(key.stringValue)
    }

    func open(_ path: [any CodingKey]) { asked[path.map(\.step), default: []].formUnion([]) }

    /// A dictionary, for instance, takes whatever keys there are.
    func noteAll(at path: [any CodingKey]) { takesAll.insert(path.map(\.step)) }

    /// The first key that nobody asked for, as a sentence.
    func unknownKey(in tree: JSONTree) -> String? {
        for (path, keys) in asked.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) })
        where !takesAll.contains(path) {
            guard case .object(let members)? = tree[path],
                let unknown = members.keys.sorted().first(where: { !keys.contains($0) })
            else { continue }
            let near = NearestName.of(unknown, among: keys.sorted())
            let hint = near.map { "did you mean '\($0)'?" } ?? "known are: \(keys.sorted().joined(separator: ", "))"
            return "the key '\(JSONPath.text(path + [unknown]))' is not known; \(hint)"
        }
        return nil
    }
}

extension CodingKey {
    /// The key as a step of a path.
    var step: String { intValue.map(String.init) ?? stringValue }
}

/// Finds what somebody probably meant.
package enum NearestName {
    /// The name with the fewest edits, if these are few.
    package static func of(_ name: String, among names: [String]) -> String? {
        let near = names.map { ($0, distance(Array(name.lowercased()), Array($0.lowercased()))) }.min { $0.1 < $1.1 }
        guard let near, near.1 <= max(1, name.count / 3) else { return nil }
        return near.0
    }

    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var row = Array(0...right.count)
        for (index, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, other) in right.enumerated() {
                let changed = diagonal + (character == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(changed, row[column] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}

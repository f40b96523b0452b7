extension Payload: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            writer.message(1) {
                $0.string(1, key)
                $0.data(2, value)
            }
        }
        writer.data(2, data)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(metadata: [:], data: [])
        while let field = try reader.nextField() {
            switch field {
            case 1:
                // Nearly every payload has this one entry: share the dictionary rather than build it.
                if metadata.isEmpty, try reader.skip(Payload.jsonEntry) {
                    metadata = Payload.jsonMetadata
                    continue
                }
                var inner = try reader.message()
                var key = ""
                var value: [UInt8] = []
                while let part = try inner.nextField() {
                    switch part {
                    case 1: key = try inner.string()
                    case 2: value = try inner.data()
                    default: try inner.skip()
                    }
                }
                metadata[key] = value
            case 2: data = try reader.data()
            default: try reader.skip()
            }
        }
    }

    private static let jsonMetadata = [encodingKey: Array(jsonEncoding.utf8)]
    private static let jsonEntry: [UInt8] = {
        var writer = ProtobufWriter()
        writer.string(1, encodingKey)
        writer.string(2, jsonEncoding)
        return writer.bytes
    }()
}

/// `temporal.api.common.v1.Payloads`.
package struct PayloadList: ProtobufMessage, Sendable {
    package var payloads: [Payload]

    package init(_ payloads: [Payload]) { self.payloads = payloads }

    package func write(to writer: inout ProtobufWriter) {
        for payload in payloads { writer.message(1, payload) }
    }

    package init(from reader: inout ProtobufReader) throws {
        payloads = []
        while let field = try reader.nextField() {
            if field == 1 { payloads.append(try reader.message()) } else { try reader.skip() }
        }
    }
}

/// A message whose field 1 is a map of payloads: header, memo and search attributes all are.
package struct PayloadFields: ProtobufMessage, Sendable {
    package var fields: PayloadMap

    package init(_ fields: PayloadMap) { self.fields = fields }

    package func write(to writer: inout ProtobufWriter) {
        for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
            writer.message(1) {
                $0.string(1, key)
                $0.message(2, value)
            }
        }
    }

    package init(from reader: inout ProtobufReader) throws {
        fields = [:]
        while let field = try reader.nextField() {
            guard field == 1 else {
                try reader.skip()
                continue
            }
            var entry = try reader.message()
            var key = ""
            var value = Payload(metadata: [:], data: [])
            while let part = try entry.nextField() {
                switch part {
                case 1: key = try entry.string()
                case 2: value = try entry.message()
                default: try entry.skip()
                }
            }
            fields[key] = value
        }
    }
}

/// A map of lists of payloads: the details of a marker.
extension ProtobufWriter {
    mutating func payloadLists(_ field: Int, _ values: [String: [Payload]]) {
        for (key, list) in values.sorted(by: { $0.key < $1.key }) {
            message(field) {
                $0.string(1, key)
                $0.message(2, PayloadList(list))
            }
        }
    }
}

extension ProtobufReader {
    mutating func payloadList(into values: inout [String: [Payload]]) throws {
        var entry = try message()
        var key = ""
        var list: [Payload] = []
        while let part = try entry.nextField() {
            switch part {
            case 1: key = try entry.string()
            case 2: list = try entry.payloads()
            default: try entry.skip()
            }
        }
        values[key] = list
    }
}

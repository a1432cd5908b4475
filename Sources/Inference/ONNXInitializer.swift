internal import FoundationEssentials

/// A constant of an ONNX file: its name, shape and float values.
struct ONNXInitializer: Hashable, Sendable {
    let shape: [Int]
    let values: [Float]

    /// Finds constants by name in a model's bytes; reads no more of the format than that takes.
    ///
    /// Names that are absent, or not float32, are absent from the answer.
    /// - Throws: `ProtobufFault` when the bytes are no protobuf.
    static func find(_ names: Set<String>, in model: Data) throws(ProtobufFault) -> [String: ONNXInitializer] {
        var found: [String: ONNXInitializer] = [:]
        var fields = ProtobufReader(model)
        while let field = try fields.next() {
            // ModelProto.graph
            guard field.number == 7, case .bytes(let graph) = field.value else { continue }
            var parts = ProtobufReader(graph)
            while let part = try parts.next() {
                // GraphProto.initializer
                guard part.number == 5, case .bytes(let tensor) = part.value else { continue }
                if let (name, initializer) = try read(tensor, wanted: names) { found[name] = initializer }
            }
        }
        return found
    }

    /// TensorProto: dims 1, data_type 2, float_data 4, name 8, raw_data 9.
    private static func read(
        _ tensor: Data,
        wanted: Set<String>
    ) throws(ProtobufFault) -> (String, ONNXInitializer)? {
        var name = ""
        var shape: [Int] = []
        var type: UInt64 = 0
        var raw: Data?
        var packed: Data?
        var fields = ProtobufReader(tensor)
        while let field = try fields.next() {
            switch (field.number, field.value) {
            case (1, .number(let size)): shape.append(Int(truncatingIfNeeded: size))
            case (1, .bytes(let sizes)):
                var reader = ProtobufReader(sizes)
                while !reader.isAtEnd { shape.append(Int(truncatingIfNeeded: try reader.varint())) }
            case (2, .number(let code)): type = code
            case (4, .bytes(let bytes)): packed = bytes
            case (8, .bytes(let bytes)):
                name = String(decoding: bytes, as: UTF8.self)
                if !wanted.contains(name) { return nil }
            case (9, .bytes(let bytes)): raw = bytes
            default: break
            }
        }
        guard wanted.contains(name), type == 1, let content = raw ?? packed else { return nil }
        let bytes = [UInt8](content)
        guard shape.allSatisfy({ (1...1 << 24).contains($0) }), shape.reduce(1, { $0 &* $1 }) == bytes.count / 4 else {
            throw ProtobufFault()
        }
        let values = stride(from: 0, to: bytes.count, by: 4).map { at in
            Float(bitPattern: bytes[at..<at + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
        }
        return (name, ONNXInitializer(shape: shape, values: values))
    }
}

struct ProtobufFault: Error {}

/// Walks the fields of one protobuf message.
struct ProtobufReader {
    enum Value { case number(UInt64), bytes(Data) }

    private let content: Data
    private var position: Int

    init(_ content: Data) {
        self.content = content
        position = content.startIndex
    }

    var isAtEnd: Bool { position >= content.endIndex }

    /// The next field, or `nil` at the end.
    mutating func next() throws(ProtobufFault) -> (number: Int, value: Value)? {
        guard !isAtEnd else { return nil }
        let tag = try varint()
        guard tag >> 3 <= UInt64(Int32.max) else { throw ProtobufFault() }
        let number = Int(tag >> 3)
        switch tag & 7 {
        case 0: return (number, .number(try varint()))
        case 1: return (number, .bytes(try take(8)))
        case 2: return (number, .bytes(try take(varint())))
        case 5: return (number, .bytes(try take(4)))
        default: throw ProtobufFault()
        }
    }

    mutating func varint() throws(ProtobufFault) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard !isAtEnd else { throw ProtobufFault() }
            let byte = content[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw ProtobufFault()
    }

    private mutating func take(_ count: UInt64) throws(ProtobufFault) -> Data {
        guard count <= UInt64(content.endIndex - position) else { throw ProtobufFault() }
        defer { position += Int(count) }
        return content[position..<position + Int(count)]
    }
}

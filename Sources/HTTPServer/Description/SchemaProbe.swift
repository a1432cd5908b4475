/// Pretends to decode, and notes each property that is asked for.
final class SchemaProbe: Decoder {
    struct Property {
        let swiftName: String
        let name: String
        let schema: Schema
        let isRequired: Bool
    }

    let catalogue: SchemaCatalogue
    let notes: [String: String]
    private(set) var properties: [Property] = []
    private(set) var isKeyed = false
    /// What a type that decodes one bare value asked for.
    var single: Schema?

    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]

    init(catalogue: SchemaCatalogue, notes: [String: String]) {
        self.catalogue = catalogue
        self.notes = notes
    }

    func note(_ key: any CodingKey, _ schema: Schema, isRequired: Bool) {
        guard !properties.contains(where: { $0.swiftName == key.stringValue }) else { return }
        let described = notes[key.stringValue].map { schema.described($0) } ?? schema
        properties.append(
            Property(
                swiftName: key.stringValue,
                name: key.stringValue.snakeCased(),
                schema: isRequired ? described : described.orNull(),
                isRequired: isRequired
            )
        )
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        isKeyed = true
        return KeyedDecodingContainer(Keyed<Key>(probe: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        throw SchemaCatalogue.Fault(description: "a list without an element type cannot be probed")
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { Single(probe: self) }

    private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let probe: SchemaProbe
        let codingPath: [any CodingKey] = []
        let allKeys: [Key] = []

        func contains(_ key: Key) -> Bool { true }
        func decodeNil(forKey key: Key) -> Bool { false }

        func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
            let (schema, value) = try probe.catalogue.sample(of: type)
            probe.note(key, schema, isRequired: true)
            return value
        }

        func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
            try optional(type, key)
            return nil
        }

        private func optional(_ type: any Decodable.Type, _ key: Key) throws {
            try probe.note(key, probe.catalogue.schema(of: type), isRequired: false)
        }

        func nestedContainer<Inner: CodingKey>(
            keyedBy: Inner.Type,
            forKey key: Key
        ) throws
            -> KeyedDecodingContainer<Inner>
        { throw unsupported(key) }
        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw unsupported(key) }
        func superDecoder() throws -> any Decoder { probe }
        func superDecoder(forKey key: Key) throws -> any Decoder { throw unsupported(key) }
        private func unsupported(_ key: Key) -> SchemaCatalogue.Fault {
            SchemaCatalogue.Fault(description: "\(key.stringValue) is decoded by hand")
        }

        func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try primitive(type, key) }
        func decode(_ type: String.Type, forKey key: Key) throws -> String { try primitive(type, key) }
        func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try primitive(type, key) }
        func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try primitive(type, key) }
        func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try primitive(type, key) }
        func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try primitive(type, key) }
        func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try primitive(type, key) }
        func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try primitive(type, key) }
        func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try primitive(type, key) }
        func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try primitive(type, key) }
        func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try primitive(type, key) }
        func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try primitive(type, key) }
        func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try primitive(type, key) }
        func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try primitive(type, key) }

        private func primitive<Value: Decodable>(_ type: Value.Type, _ key: Key) throws -> Value {
            let (schema, value) = try probe.catalogue.sample(of: type)
            probe.note(key, schema, isRequired: true)
            return value
        }

        func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { try absent(type, key) }
        func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? { try absent(type, key) }
        func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? { try absent(type, key) }
        func decodeIfPresent(_ type: Float.Type, forKey key: Key) throws -> Float? { try absent(type, key) }
        func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { try absent(type, key) }
        func decodeIfPresent(_ type: Int8.Type, forKey key: Key) throws -> Int8? { try absent(type, key) }
        func decodeIfPresent(_ type: Int16.Type, forKey key: Key) throws -> Int16? { try absent(type, key) }
        func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? { try absent(type, key) }
        func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? { try absent(type, key) }
        func decodeIfPresent(_ type: UInt.Type, forKey key: Key) throws -> UInt? { try absent(type, key) }
        func decodeIfPresent(_ type: UInt8.Type, forKey key: Key) throws -> UInt8? { try absent(type, key) }
        func decodeIfPresent(_ type: UInt16.Type, forKey key: Key) throws -> UInt16? { try absent(type, key) }
        func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) throws -> UInt32? { try absent(type, key) }
        func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? { try absent(type, key) }

        private func absent<Value: Decodable>(_ type: Value.Type, _ key: Key) throws -> Value? {
            try optional(type, key)
            return nil
        }
    }

    private struct Single: SingleValueDecodingContainer {
        let probe: SchemaProbe
        let codingPath: [any CodingKey] = []

        func decodeNil() -> Bool { false }
        func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try take(type) }
        func decode(_ type: Bool.Type) throws -> Bool { try take(type) }
        func decode(_ type: String.Type) throws -> String { try take(type) }
        func decode(_ type: Double.Type) throws -> Double { try take(type) }
        func decode(_ type: Float.Type) throws -> Float { try take(type) }
        func decode(_ type: Int.Type) throws -> Int { try take(type) }
        func decode(_ type: Int8.Type) throws -> Int8 { try take(type) }
        func decode(_ type: Int16.Type) throws -> Int16 { try take(type) }
        func decode(_ type: Int32.Type) throws -> Int32 { try take(type) }
        func decode(_ type: Int64.Type) throws -> Int64 { try take(type) }
        func decode(_ type: UInt.Type) throws -> UInt { try take(type) }
        func decode(_ type: UInt8.Type) throws -> UInt8 { try take(type) }
        func decode(_ type: UInt16.Type) throws -> UInt16 { try take(type) }
        func decode(_ type: UInt32.Type) throws -> UInt32 { try take(type) }
        func decode(_ type: UInt64.Type) throws -> UInt64 { try take(type) }

        private func take<Value: Decodable>(_ type: Value.Type) throws -> Value {
            let (schema, value) = try probe.catalogue.sample(of: type)
            probe.single = schema
            return value
        }
    }
}

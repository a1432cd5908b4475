/// Derives schemas from types by decoding them from nothing and watching what they ask for.
///
/// Structs become named components; what a type asks for with `decodeIfPresent` is optional.
final class SchemaCatalogue {
    private(set) var components: [(name: String, schema: Schema)] = []
    private var names: [ObjectIdentifier: String] = [:]
    private var samples: [ObjectIdentifier: any Decodable] = [:]

    /// A type whose decoding does not show its form: it must conform to `SchemaDescribing`.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    /// The schema of a type; a reference when it is a component.
    func schema(of type: any Decodable.Type) throws -> Schema {
        if let name = names[ObjectIdentifier(type)] { return .reference(name) }
        if let leaf = try leaf(type) { return leaf.schema }
        return try compose(type).schema
    }

    /// A value of the type, made on the way; needed where a struct holds another one.
    func sample<Value: Decodable>(of type: Value.Type) throws -> (schema: Schema, value: Value) {
        if let name = names[ObjectIdentifier(type)], let value = samples[ObjectIdentifier(type)] as? Value {
            return (.reference(name), value)
        }
        let found = try leaf(type) ?? compose(type)
        guard let value = found.value as? Value else { throw Fault(description: "\(type) has no sample") }
        return (found.schema, value)
    }

    private func leaf(_ type: any Decodable.Type) throws -> (schema: Schema, value: any Decodable)? {
        if let type = type as? any (SchemaDescribing & Decodable).Type { return describing(type) }
        if let type = type as? any Composite.Type { return try type.probe(self) }
        if let cases = Self.cases(of: type) { return cases }
        switch type {
        case is String.Type: return (.string(), "")
        case is Bool.Type: return (.boolean, false)
        case is Double.Type: return (.number(), 0.0)
        case is Float.Type: return (.number(), Float(0))
        default: break
        }
        if let type = type as? any (FixedWidthInteger & Decodable).Type { return integer(type) }
        return nil
    }

    private func describing<Value: SchemaDescribing & Decodable>(_ type: Value.Type) -> (Schema, any Decodable) {
        (Value.schema, Value.sample)
    }

    private func integer<Value: FixedWidthInteger & Decodable>(_ type: Value.Type) -> (Schema, any Decodable) {
        (.integer(), Value.zero)
    }

    private static func cases(of type: any Decodable.Type) -> (schema: Schema, value: any Decodable)? {
        guard let enumeration = type as? any CaseIterable.Type else { return nil }
        return cases(enumeration)
    }

    private static func cases<Value: CaseIterable>(_ type: Value.Type) -> (schema: Schema, value: any Decodable)? {
        let raw = Value.allCases.compactMap { ($0 as? any RawRepresentable).map { rawValue(of: $0) } }
        guard raw.count == Value.allCases.count, let first = Value.allCases.first as? any Decodable else { return nil }
        let texts = raw.compactMap { $0 as? String }
        if texts.count == raw.count { return (.choice(texts), first) }
        let numbers = raw.compactMap { $0 as? Int }
        guard numbers.count == raw.count else { return nil }
        return (Schema(["type": "integer", "enum": .array(numbers.map { .int($0) })]), first)
    }

    private static func rawValue(of value: some RawRepresentable) -> Any { value.rawValue }

    private func compose(_ type: any Decodable.Type) throws -> (schema: Schema, value: any Decodable) {
        let name = try claimName(for: type)
        let probe = SchemaProbe(catalogue: self, notes: (type as? any APIValue.Type)?.notes ?? [:])
        let value: any Decodable
        do {
            value = try type.init(from: probe)
        } catch let fault as Fault {
            throw fault
        } catch {
            throw Fault(description: "\(type) cannot be probed; let it conform to SchemaDescribing (\(error))")
        }
        samples[ObjectIdentifier(type)] = value
        let unknown = Set(probe.notes.keys).subtracting(probe.properties.map(\.swiftName))
        guard unknown.isEmpty else {
            throw Fault(description: "\(type) has notes on \(unknown.sorted()), which it lacks")
        }
        guard probe.isKeyed else {
            // A wrapper of one value looks like that value and needs no name.
            names[ObjectIdentifier(type)] = nil
            return (probe.single ?? .any, value)
        }
        let schema = Schema.object(
            probe.properties.map { ($0.name, $0.schema) },
            required: probe.properties.filter(\.isRequired).map(\.name)
        )
        components.append((name, schema))
        return (.reference(name), value)
    }

    private func claimName(for type: any Decodable.Type) throws -> String {
        let plain = Self.identifier("\(type)")
        let name = names.values.contains(plain) ? Self.identifier(String(reflecting: type)) : plain
        guard !names.values.contains(name) else { throw Fault(description: "two types are called \(name)") }
        names[ObjectIdentifier(type)] = name
        return name
    }

    private static func identifier(_ text: String) -> String {
        String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
            .split(separator: "_").joined(separator: "_")
    }
}

/// A generic container that is probed by its parts.
private protocol Composite: Decodable {
    static func probe(_ catalogue: SchemaCatalogue) throws -> (schema: Schema, value: any Decodable)
}

extension Array: Composite where Element: Decodable {
    fileprivate static func probe(_ catalogue: SchemaCatalogue) throws -> (schema: Schema, value: any Decodable) {
        (.array(try catalogue.schema(of: Element.self)), [Element]())
    }
}

extension Set: Composite where Element: Decodable {
    fileprivate static func probe(_ catalogue: SchemaCatalogue) throws -> (schema: Schema, value: any Decodable) {
        (.array(try catalogue.schema(of: Element.self)), Set<Element>())
    }
}

extension Dictionary: Composite where Key: Decodable, Value: Decodable {
    fileprivate static func probe(_ catalogue: SchemaCatalogue) throws -> (schema: Schema, value: any Decodable) {
        guard Key.self == String.self else {
            throw SchemaCatalogue.Fault(description: "\(Self.self): keys of a dictionary must be texts")
        }
        return (.dictionary(try catalogue.schema(of: Value.self)), [Key: Value]())
    }
}

extension Optional: Composite where Wrapped: Decodable {
    fileprivate static func probe(_ catalogue: SchemaCatalogue) throws -> (schema: Schema, value: any Decodable) {
        (try catalogue.schema(of: Wrapped.self).orNull(), Wrapped?.none)
    }
}

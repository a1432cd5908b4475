/// Where a parameter stands, and how it is called there.
package struct ParameterKey: Hashable, Sendable {
    package enum Place: String, Sendable { case path, query, header }
    package let place: Place
    package let name: String
}

/// What documentation says of a parameter.
package struct ParameterDescription: Sendable {
    package let key: ParameterKey
    package let summary: String
    package let isRequired: Bool
    package let schema: Schema
    /// What holds when the client says nothing.
    package let fallback: JSONValue?

    package var name: String { key.name }
}

/// A parameter of a route, whatever its type.
package protocol ParameterDeclaration: Sendable {
    var description: ParameterDescription { get }
    /// Reads what the client gave; throws what is wrong with it.
    func read(_ texts: [String]) throws(ParameterFault) -> any Sendable
}

package struct ParameterFault: Error, Sendable {
    let message: String
    let type: String
}

/// A declared parameter: it checks itself, documents itself, and is read typed as `request[parameter]`.
package struct Parameter<Value: Sendable>: ParameterDeclaration {
    package let description: ParameterDescription
    private let parse: @Sendable ([String]) throws(ParameterFault) -> Value

    private init(
        _ place: ParameterKey.Place,
        _ name: String,
        _ summary: String,
        schema: Schema,
        isRequired: Bool,
        fallback: JSONValue? = nil,
        parse: @escaping @Sendable ([String]) throws(ParameterFault) -> Value
    ) {
        description = ParameterDescription(
            key: ParameterKey(place: place, name: place == .header ? name.asciiLowercased() : name),
            summary: summary,
            isRequired: isRequired,
            schema: schema,
            fallback: fallback
        )
        self.parse = parse
    }

    package func read(_ texts: [String]) throws(ParameterFault) -> any Sendable { try parse(texts) }
}

// MARK: Required, or with a default

extension Parameter where Value: ParameterValue {
    package static func path(_ name: String, _ summary: String) -> Parameter {
        Parameter(.path, name, summary, schema: Value.parameterSchema, isRequired: true) {
            texts throws(ParameterFault) in try one(texts, check: { _ in nil })
        }
    }

    package static func query(_ name: String, _ summary: String) -> Parameter {
        required(.query, name, summary, schema: Value.parameterSchema) { _ in nil }
    }

    package static func query(_ name: String, _ summary: String, default fallback: Value) -> Parameter {
        Parameter(
            .query,
            name,
            summary,
            schema: Value.parameterSchema,
            isRequired: false,
            fallback: fallback.parameterText
        ) { texts throws(ParameterFault) in texts.isEmpty ? fallback : try one(texts, check: { _ in nil }) }
    }

    package static func header(_ name: String, _ summary: String) -> Parameter {
        required(.header, name, summary, schema: Value.parameterSchema) { _ in nil }
    }

    private static func required(
        _ place: ParameterKey.Place,
        _ name: String,
        _ summary: String,
        schema: Schema,
        check: @escaping @Sendable (Value) -> String?
    ) -> Parameter {
        Parameter(place, name, summary, schema: schema, isRequired: true) {
            texts throws(ParameterFault) in try one(texts, check: check)
        }
    }
}

extension Parameter where Value: ParameterValue & Comparable {
    package static func query(
        _ name: String,
        _ summary: String,
        default fallback: Value,
        in range: ClosedRange<Value>
    ) -> Parameter {
        Parameter(
            .query,
            name,
            summary,
            schema: Value.parameterSchema.bounded(range.lowerBound.parameterText, range.upperBound.parameterText),
            isRequired: false,
            fallback: fallback.parameterText
        ) { texts throws(ParameterFault) in
            texts.isEmpty ? fallback : try one(texts, check: { outside(range, $0) })
        }
    }

    package static func query(_ name: String, _ summary: String, in range: ClosedRange<Value>) -> Parameter {
        let schema = Value.parameterSchema.bounded(range.lowerBound.parameterText, range.upperBound.parameterText)
        return required(.query, name, summary, schema: schema) { outside(range, $0) }
    }
}

// MARK: Optional and repeated

extension Parameter {
    package static func query<Wrapped: ParameterValue>(_ name: String, _ summary: String) -> Parameter
    where Value == Wrapped? {
        Parameter(.query, name, summary, schema: Wrapped.parameterSchema, isRequired: false) {
            texts throws(ParameterFault) in texts.isEmpty ? nil : try one(texts, check: { _ in nil })
        }
    }

    package static func query<Wrapped: ParameterValue & Comparable>(
        _ name: String,
        _ summary: String,
        in range: ClosedRange<Wrapped>
    ) -> Parameter where Value == Wrapped? {
        let schema = Wrapped.parameterSchema.bounded(range.lowerBound.parameterText, range.upperBound.parameterText)
        return Parameter(.query, name, summary, schema: schema, isRequired: false) {
            texts throws(ParameterFault) in texts.isEmpty ? nil : try one(texts, check: { outside(range, $0) })
        }
    }

    package static func header<Wrapped: ParameterValue>(_ name: String, _ summary: String) -> Parameter
    where Value == Wrapped? {
        Parameter(.header, name, summary, schema: Wrapped.parameterSchema, isRequired: false) {
            texts throws(ParameterFault) in texts.isEmpty ? nil : try one(texts, check: { _ in nil })
        }
    }

    /// A parameter that may be given several times, at most `limit`.
    package static func query<Element: ParameterValue>(_ name: String, _ summary: String, limit: Int = 100) -> Parameter
    where Value == [Element] {
        Parameter(.query, name, summary, schema: .array(Element.parameterSchema, maxItems: limit), isRequired: false) {
            texts throws(ParameterFault) in
            guard texts.count <= limit else {
                throw ParameterFault(message: "is given more than \(limit) times", type: "too_many")
            }
            var values: [Element] = []
            for text in texts { try values.append(one([text], check: { _ in nil })) }
            return values
        }
    }
}

private func one<Value: ParameterValue>(
    _ texts: [String],
    check: (Value) -> String?
) throws(ParameterFault) -> Value {
    guard let text = texts.first else { throw ParameterFault(message: "is missing", type: "missing") }
    guard texts.count == 1 else { throw ParameterFault(message: "is given \(texts.count) times", type: "repeated") }
    guard let value = Value.read(text) else {
        throw ParameterFault(message: "is not \(Value.expectation)", type: "wrong_type")
    }
    if let complaint = check(value) { throw ParameterFault(message: complaint, type: "out_of_range") }
    return value
}

private func outside<Value: Comparable & ParameterValue>(_ range: ClosedRange<Value>, _ value: Value) -> String? {
    range.contains(value) ? nil : "is not between \(range.lowerBound) and \(range.upperBound)"
}

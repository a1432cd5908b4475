/// The key of an `Entity`, of a type of its own so that a plant's key is never passed for a camera's.
package struct Identifier<Entity>: Hashable, Sendable {
    package let uuid: UUIDv7

    package init(_ uuid: UUIDv7) { self.uuid = uuid }

    /// A new key, ordered after all that this process made before.
    package static func next(at now: Timestamp = .now()) -> Identifier { Identifier(.next(at: now)) }
}

extension Identifier: LosslessStringConvertible {
    package init?(_ description: String) {
        guard let uuid = UUIDv7(description) else { return nil }
        self.init(uuid)
    }

    package var description: String { uuid.description }
}

extension Identifier: Codable {
    package init(from decoder: any Decoder) throws { uuid = try UUIDv7(from: decoder) }
    package func encode(to encoder: any Encoder) throws { try uuid.encode(to: encoder) }
}

extension Identifier: Comparable {
    package static func < (a: Identifier, b: Identifier) -> Bool { a.uuid < b.uuid }
}

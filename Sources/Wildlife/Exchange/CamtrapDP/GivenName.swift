import Core

/// How a thing is called where it came from.
struct GivenName: Hashable, Sendable {
    /// Within which the name means one thing; empty for a name that means the same everywhere.
    let dataset: String
    let givenID: String

    /// A name that ends in a UUID is nobody else's.
    init(_ givenID: String, in dataset: String) {
        self.givenID = givenID
        self.dataset = Self.key(in: givenID) == nil ? dataset : ""
    }

    /// The UUID at the end of a name, such as of `camera-0197…`.
    static func key(in name: String) -> UUIDv7? {
        name.utf8.count >= 36 ? UUIDv7(String(name.suffix(36))) : nil
    }
}

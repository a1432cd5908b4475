import Core

/// A piece of land that is watched, by any number of cameras.
struct Site: Hashable, Sendable {
    typealias ID = Identifier<Site>

    let id: ID
    var name: String
    var location: GeoPoint?
    let createdAt: Timestamp
}

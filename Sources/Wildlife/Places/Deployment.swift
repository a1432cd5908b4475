import Core

/// The time that a camera hangs in one place.
struct Deployment: Hashable, Sendable {
    typealias ID = Identifier<Deployment>

    let id: ID
    let camera: Camera.ID
    var site: Site.ID?
    var location: GeoPoint?
    var startedAt: Timestamp
    /// `nil` while it hangs there.
    var endedAt: Timestamp?
    var notes: String
}

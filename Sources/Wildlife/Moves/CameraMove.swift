import Core

/// A camera that hangs elsewhere than anybody said, by what its pictures say.
struct CameraMove: Hashable, Sendable {
    typealias ID = Identifier<CameraMove>

    enum State: String, CaseIterable, Codable, Sendable {
        /// Nobody has said anything yet.
        case open
        case accepted
        /// Of this place nobody wants to hear again, as long as the camera's deployment is the same.
        case dismissed
    }

    let id: ID
    let camera: Camera.ID
    var state: State
    /// Where it hung before; `nil` for a camera without deployments.
    let previous: Deployment.ID?
    /// `nil` when nobody said where it hung before.
    var from: GeoPoint?
    var to: GeoPoint
    /// When the first of its pictures there was taken, and the last.
    var firstAt: Timestamp
    var lastAt: Timestamp
    /// How many were taken there.
    var images: Int
    let createdAt: Timestamp
    /// What came of accepting it.
    var acceptance: Acceptance?

    /// What accepting a move did, so that it can be taken back.
    struct Acceptance: Hashable, Sendable {
        let deployment: Deployment.ID
        let site: Site.ID?
        /// Whether the deployment before had no end until then.
        let endsPrevious: Bool
        /// Where the camera stood on the map until then.
        let cameraLocation: GeoPoint?
    }

    var metres: Int? { from.map { Int($0.metres(to: to).rounded()) } }
}

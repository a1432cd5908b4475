import Accounts
import Core

/// A correction of a camera's clock that was wrong: pictures of a time moved by so much.
struct ClockShift: Hashable, Sendable {
    typealias ID = Identifier<ClockShift>

    let id: ID
    let camera: Camera.ID
    let seconds: Int
    /// How many were moved.
    let images: Int
    let createdAt: Timestamp

    var duration: Duration { .seconds(seconds) }

    /// Which pictures of a camera are to be moved: those that the camera's clock dated within a time, as it stands now.
    struct Span: Hashable, Sendable {
        let camera: Camera.ID
        let from: Timestamp?
        let to: Timestamp?
        /// What who asks sees.
        var reach = Reach.everything
    }

    /// What a shift would do.
    struct Preview: Hashable, Sendable {
        let images: Int
        let first: Timestamp?
        let last: Timestamp?
    }
}

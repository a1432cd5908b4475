import Core

/// A file that came by a door at which nobody waits for an answer, and is no whole picture.
struct RejectedFile: Hashable, Sendable {
    typealias ID = Identifier<RejectedFile>

    let id: ID
    let filename: String
    let objectKey: String
    let bytes: Int
    /// The code of the camera.
    let camera: String?
    let owner: String?
    let door: Delivery.Door
    let reason: String
    let receivedAt: Timestamp
}

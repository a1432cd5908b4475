import Accounts
import Core
import JobQueue

/// A file as it came in by one of the doors.
struct Delivery: Sendable {
    /// Which way it came.
    enum Door: String, CaseIterable, Codable, Sendable {
        /// One by one, as from a camera or a page that waits.
        case api
        /// A camera that puts its files down by itself.
        case ftp
        /// Many at once, such as from a card.
        case card

        var priority: JobPriority { self == .card ? .bulk : .normal }
    }

    var filename: String
    var content: DeliveredContent
    var door: Door
    /// The code of the camera, where it is known.
    var camera: String?
    var capturedAt: Timestamp?
    /// Who sent it.
    var owner: String?
    /// What the sender sees.
    var reach = Reach.everything
}

extension Delivery {
    /// A picture.
    init(filename: String, bytes: [UInt8], door: Door, camera: String? = nil) {
        self.init(filename: filename, content: .picture(bytes), door: door, camera: camera)
    }
}

/// What became of a file.
struct Receipt: Sendable {
    let image: TrapImage
    /// Whether its content was here before.
    let isKnown: Bool
}

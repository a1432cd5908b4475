import Accounts
import Core
import HTTPServer
import Imaging
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
    /// Folders and name, as it lay where it came from; the name alone where there are none.
    var path: String?
    var content: DeliveredContent
    var door: Door
    /// The code of the camera, where it is known.
    var camera: String?
    var capturedAt: Timestamp?
    /// How much later than UTC the camera's clock ran, where the sender knows.
    var offset: Duration?
    /// Where the camera hung, where the sender knows better than by the time.
    var deployment: Deployment.ID?
    /// Who sent it.
    var owner: String?
    /// What the sender sees.
    var reach = Reach.everything

    /// - Throws: a 422 for what is no code of a camera.
    func checkCamera() throws {
        guard let camera, !Camera.isCode(camera) else { return }
        throw Problem.unprocessable(
            ["query", "camera_id"],
            "takes 1 to 64 letters, digits, dots, dashes and underscores"
        )
    }

    /// For profiles.
    func sample(_ facts: ExifFacts = ExifFacts(), report: String? = nil) -> ProfileSample {
        ProfileSample(path: PlainText.clean(path ?? filename, limit: 1_000), exif: facts, report: report)
    }
}

extension Delivery {
    /// A picture.
    init(filename: String, path: String? = nil, bytes: [UInt8], door: Door, camera: String? = nil) {
        self.init(filename: filename, path: path, content: .picture(bytes), door: door, camera: camera)
    }
}

/// What became of a file.
struct Receipt: Sendable {
    let image: TrapImage
    /// Whether its content was here before.
    let isKnown: Bool
}

import Core
import Imaging
import Inference

/// A picture of a camera trap: where it lies, when and where it was taken, and how far its reading is.
struct TrapImage: Hashable, Sendable {
    typealias ID = Identifier<TrapImage>

    enum Status: String, CaseIterable, Codable, Sendable {
        case pending, processing, detected, completed, failed
    }

    /// What was found on it, the most telling alone.
    enum Contents: String, CaseIterable, Codable, Sendable {
        /// Nobody has looked yet.
        case unknown
        case blank, vehicle, person, animal
    }

    /// Whose word the time is.
    enum TimeSource: String, CaseIterable, Codable, Sendable {
        /// The camera's clock.
        case camera
        /// Whoever sent it.
        case given
        /// Nobody said: it is when it came.
        case arrival
    }

    enum Kind: String, CaseIterable, Codable, Sendable { case image, video }

    enum ReviewState: String, CaseIterable, Codable, Sendable {
        case none, approved, rejected, corrected, flagged
        /// Where several people have to agree: more are needed.
        case waiting
        /// They do not agree yet.
        case disputed
    }

    let id: ID
    let digest: SHA256
    let filename: String
    let objectKey: String
    let bytes: Int
    let mediaType: String
    let width: Int
    let height: Int
    /// Of a video, once somebody could ask it.
    let seconds: Double?
    /// Frames in a second of a video.
    let frameRate: Double?
    let thumbnailKey: String?
    let previewKey: String?
    /// Copies on which people and vehicles cannot be recognised, where there are any on the picture.
    var veiledThumbnailKey: String?
    var veiledPreviewKey: String?
    let camera: Camera.ID?
    let deployment: Deployment.ID?
    let site: Site.ID?
    /// Who sent it.
    let owner: String?
    let capturedAt: Timestamp
    /// What the camera's clock showed, as though it were UTC.
    let wallTime: Timestamp
    let timeSource: TimeSource
    let uploadedAt: Timestamp
    /// How the camera was then, where it tells.
    let batteryPercent: Int?
    let temperatureCelsius: Double?
    /// Where it was taken, by its own word.
    let location: GeoPoint?
    var status: Status
    /// Why it failed, or what it waits for.
    var cause: String?
    var contents: Contents
    var detectionCount: Int
    var classificationCount: Int
    /// Of the surest detection.
    var confidence: Double
    var review: ReviewState
    /// The program that found what is on it, where that is not our detector, which is not asked then.
    var givenBy: String?

    var isVideo: Bool { kind == .video }

    var kind: Kind { mediaType.hasPrefix("video/") ? .video : .image }

    /// Whether people or vehicles were found on it.
    var isVeiled: Bool { veiledPreviewKey != nil }

    /// Whether everybody may see it as it came; until somebody has looked nobody knows.
    var isForEverybody: Bool { status == .completed && !showsBystanders }

    /// Whether there are people or vehicles on it, as far as anybody has looked.
    var showsBystanders: Bool { isVeiled || contents == .person || contents == .vehicle }

    /// The small copy for those who may see people and vehicles, or for everybody.
    func thumbnailKey(showingBystanders: Bool) -> String? {
        showingBystanders || isForEverybody ? thumbnailKey : veiledThumbnailKey
    }

    /// Whether somebody may have the file as it came; of a video nobody has seen all, nor heard it.
    func isOriginalOpen(to filter: ImageFilter) -> Bool {
        filter.seesBystanders || (isForEverybody && !isVideo)
    }

    /// Minutes since midnight, by the camera's clock.
    var minuteOfDay: Int { wallTime.minuteOfDay }
}

extension Timestamp {
    /// Minutes since midnight.
    var minuteOfDay: Int {
        Int(microseconds.quotientAndRemainder(flooringBy: 86_400_000_000).remainder / 60_000_000)
    }
}

/// Something that was found on a picture.
struct Finding: Hashable, Sendable {
    /// Whose word the species is.
    enum Source: String, CaseIterable, Codable, Sendable {
        /// The detector's own class, where no classifier is installed.
        case detector
        case classifier
        /// The other pictures of its burst.
        case burst
        /// Another program, or whoever sent the picture.
        case given
    }

    var position: Int
    let category: Category
    let label: String
    let confidence: Double
    let box: Box
    var species: String
    var speciesConfidence: Double
    var source: Source
    var model: String
    /// What a classifier held possible, the most probable first; empty where none was asked.
    var scores: [NameScore] = []
    /// The kind of mask that covers it; then it does not count.
    var ignored: CameraMask.Kind?
    /// Where in a video it was found.
    var frameSeconds: Double?

    enum Category: String, CaseIterable, Codable, Sendable { case animal, person, vehicle }

    /// In fractions of the upright picture, from its top left corner.
    struct Box: Hashable, Sendable {
        let x: Double
        let y: Double
        let width: Double
        let height: Double

        /// `nil` for a box that has no size.
        var region: Region? { Region(x: x, y: y, width: width, height: height) }
    }
}

/// How many of a species a picture shows.
struct SpeciesCount: Hashable, Sendable {
    let species: String
    let confidence: Double
    let individuals: Int
}

extension Finding.Box {
    /// What of x, y, width and height lies inside the picture; `nil` when nothing does.
    init?(clipped sides: [Double]) {
        guard sides.count == 4, sides.allSatisfy(\.isFinite) else { return nil }
        let (left, top) = (min(max(sides[0], 0), 1), min(max(sides[1], 0), 1))
        let (right, bottom) = (min(sides[0] + sides[2], 1), min(sides[1] + sides[3], 1))
        guard right > left, bottom > top else { return nil }
        self.init(x: left, y: top, width: right - left, height: bottom - top)
    }
}

extension Finding.Category {
    init(_ category: DetectionCategory) {
        self =
            switch category {
            case .animal: .animal
            case .person: .person
            case .vehicle: .vehicle
            }
    }

    /// What a word of people stands for.
    init(of word: String) { self.init(DetectionCategory(of: word)) }
}

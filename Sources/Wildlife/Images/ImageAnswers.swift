import Core
import Database
import HTTPServer
import ObjectStore

/// A picture as lists show it.
struct ImageAnswer: APIValue {
    let id: TrapImage.ID
    let kind: TrapImage.Kind
    let durationSeconds: Double?
    let filename: String
    let status: TrapImage.Status
    let cause: String?
    let cameraID: Camera.ID?
    let deploymentID: Deployment.ID?
    let siteID: Site.ID?
    let capturedAt: Timestamp
    let localTime: String
    let timeSource: TrapImage.TimeSource
    let uploadedAt: Timestamp
    let width: Int
    let height: Int
    let thumbnailURL: String?
    let contents: TrapImage.Contents
    let detectionCount: Int
    let classificationCount: Int
    let confidence: Double
    let species: [String]
    let review: TrapImage.ReviewState
    static let notes = [
        "cause": "Why it failed, or what it waits for.", "confidence": "Of the surest detection, 0 to 1.",
        "durationSeconds": "Of a video; null for a picture, and until somebody could look.",
        "contents": "The most telling that was found; unknown until somebody has looked.",
        "localTime": "What the camera's clock showed.", "species": "The surest first.",
        "thumbnailUrl": "Good for an hour; null until there is one. People are veiled for who may not see them.",
        "timeSource": "Whose word the time is: the camera's, the sender's, or the moment it came.",
    ]

    enum CodingKeys: String, CodingKey {
        case id, kind, durationSeconds, filename, status, cause, capturedAt, localTime, timeSource, uploadedAt, width,
            height, contents
        case detectionCount, classificationCount, confidence, species, review
        case cameraID = "cameraId"
        case deploymentID = "deploymentId"
        case siteID = "siteId"
        case thumbnailURL = "thumbnailUrl"
    }

    init(_ image: TrapImage, species: [String], links: ImageLinks, seesBystanders: Bool) async throws {
        id = image.id
        kind = image.kind
        durationSeconds = image.seconds
        filename = image.filename
        status = image.status
        cause = image.cause
        cameraID = image.camera
        deploymentID = image.deployment
        siteID = image.site
        capturedAt = image.capturedAt
        localTime = String(image.wallTime.description.dropLast())
        timeSource = image.timeSource
        uploadedAt = image.uploadedAt
        width = image.width
        height = image.height
        thumbnailURL = try await links(image.thumbnailKey(showingBystanders: seesBystanders))
        contents = image.contents
        detectionCount = image.detectionCount
        classificationCount = image.classificationCount
        confidence = image.confidence
        self.species = species
        review = image.review
    }
}

/// Makes links to pictures that are good for an hour.
struct ImageLinks: Sendable {
    let objects: any ObjectStore

    func callAsFunction(_ key: String?) async throws -> String? {
        guard let key else { return nil }
        return try await objects.link(to: ObjectKey(key), for: .seconds(3_600))
    }
}

/// A picture with all that is known of it, in one object.
struct ImageDetailAnswer: APIValue {
    let image: ImageAnswer
    let detail: ImageDetail
    static let notes = ImageAnswer.notes.merging(ImageDetail.notes) { $1 }

    init(_ image: ImageAnswer, _ detail: ImageDetail) {
        self.image = image
        self.detail = detail
    }

    init(from decoder: any Decoder) throws {
        image = try ImageAnswer(from: decoder)
        detail = try ImageDetail(from: decoder)
    }

    func encode(to encoder: any Encoder) throws {
        try image.encode(to: encoder)
        try detail.encode(to: encoder)
    }
}

/// What lists leave out.
struct ImageDetail: APIValue {
    let imageURL: String?
    let previewURL: String?
    let bytes: Int
    let mediaType: String
    let batteryPercent: Int?
    let temperatureCelsius: Double?
    let camera: CameraName?
    let detections: [DetectionAnswer]
    let frames: [FrameAnswer]
    let counts: [CountAnswer]
    let reviews: [ReviewAnswer]
    let earlier: TrapImage.ID?
    let later: TrapImage.ID?
    static let notes = [
        "batteryPercent": "Of the camera when it took the picture, where it tells.",
        "counts": "What the picture shows, as people say where they did, else as the machine does.",
        "frames": "Of a video those that tell most, in its order; veiled for who may not see people.",
        "earlier": "The picture before it within the same filter.",
        "imageUrl":
            "The file as it came, good for an hour; null where it shows people to who may not see them, or may tell where a sensitive species lives.",
        "later": "The picture after it within the same filter.", "previewUrl": "For screens; good for an hour.",
        "temperatureCelsius": "Of the air around the camera, where it tells.",
    ]

    enum CodingKeys: String, CodingKey {
        case bytes, mediaType, batteryPercent, temperatureCelsius, camera, detections, frames, counts, reviews
        case earlier, later
        case imageURL = "imageUrl"
        case previewURL = "previewUrl"
    }

    struct CameraName: APIValue {
        let id: Camera.ID
        let code: String
        let name: String
    }
}

/// A frame of a video that was kept.
struct FrameAnswer: APIValue {
    let seconds: Double
    let url: String?
    static let notes = ["seconds": "From the beginning of the video.", "url": "Good for an hour."]
}

/// A box on a picture.
struct DetectionAnswer: APIValue {
    let category: Finding.Category
    let label: String
    let confidence: Double
    let box: [Double]
    let species: String
    let speciesConfidence: Double
    let speciesSource: Finding.Source
    let model: String
    let ignored: CameraMask.Kind?
    let frameSeconds: Double?
    static let notes = [
        "frameSeconds": "Where in a video it was found; null on a picture.",
        "ignored": "The kind of mask that covers it, so that it does not count; null where it counts.",
        "box": "x, y, width and height in fractions of the upright picture, from its top left corner.",
        "speciesSource":
            "detector where species is the detector's own class, burst where the pictures beside it agreed on another name, given where another program said it.",
    ]

    init(_ finding: Finding) {
        category = finding.category
        label = finding.label
        confidence = finding.confidence
        box = [finding.box.x, finding.box.y, finding.box.width, finding.box.height]
        species = finding.species
        speciesConfidence = finding.speciesConfidence
        speciesSource = finding.source
        model = finding.model
        ignored = finding.ignored
        frameSeconds = finding.frameSeconds
    }
}

/// How many of a species a picture shows.
struct CountAnswer: APIValue {
    let species: String
    let confidence: Double
    let individuals: Int

    init(_ count: SpeciesCount) {
        species = count.species
        confidence = count.confidence
        individuals = count.individuals
    }
}

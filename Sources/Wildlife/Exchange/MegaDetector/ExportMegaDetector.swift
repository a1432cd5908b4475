import Core
import FoundationEssentials

/// Writes detections in the format of MegaDetector's batches (version 1.4), which other programs of the field read.
struct ExportMegaDetector: Sendable {
    let walk: WalkPictures
    let detector: String
    let clock: WallClock

    static let version = "1.4"

    private struct Info: Encodable {
        let detector: String
        let formatVersion: String
        let detectionCompletionTime: String

        enum CodingKeys: String, CodingKey {
            case detector
            case formatVersion = "format_version"
            case detectionCompletionTime = "detection_completion_time"
        }
    }

    private struct Picture: Encodable {
        let file: String
        let datetime: String
        let detections: [Detection]?
        let failure: String?
        let frameRate: Double?

        enum CodingKeys: String, CodingKey {
            case file, datetime, detections, failure
            case frameRate = "frame_rate"
        }
    }

    private struct Detection: Encodable {
        let category: String
        let conf: Double
        let bbox: [Double]
        /// On a video, counted from nought.
        let frameNumber: Int?

        enum CodingKeys: String, CodingKey {
            case category, conf, bbox
            case frameNumber = "frame_number"
        }
    }

    func callAsFunction(_ filter: ImageFilter, _ write: (String) async throws -> Void) async throws {
        let moment = CamtrapTables.time(clock.now()).dropLast().replacing("T", with: " ")
        let info = Info(detector: detector, formatVersion: Self.version, detectionCompletionTime: String(moment))
        try await write(
            "{\"info\": \(try Self.json(info)),\n"
                + "\"detection_categories\": {\"1\": \"animal\", \"2\": \"person\", \"3\": \"vehicle\"},\n\"images\": ["
        )
        var isFirst = true
        try await walk(filter) { pictures in
            var text = ""
            for picture in pictures where picture.image.status == .completed || picture.image.status == .failed {
                text += (isFirst ? "\n" : ",\n") + (try Self.json(Self.picture(picture)))
                isFirst = false
            }
            try await write(text)
        }
        try await write("\n]}\n")
    }

    private static func picture(_ picture: ReadPicture) -> Picture {
        let hasFailed = picture.image.status == .failed
        let detections = picture.findings.map { finding in
            Detection(
                category: finding.category.megaDetectorNumber,
                conf: finding.confidence,
                bbox: [finding.box.x, finding.box.y, finding.box.width, finding.box.height],
                frameNumber: finding.frameSeconds.map { Int($0 * (picture.image.frameRate ?? 0)) }
            )
        }
        return Picture(
            file: "\(picture.image.id)/\(picture.image.filename)",
            datetime: String(picture.image.wallTime.description.prefix(19)).replacing("-", with: ":")
                .replacing("T", with: " "),
            detections: hasFailed ? nil : detections,
            failure: hasFailed ? picture.image.isVideo ? "Failure video access" : "Failure image access" : nil,
            frameRate: picture.image.frameRate
        )
    }

    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

extension Finding.Category {
    fileprivate var megaDetectorNumber: String {
        switch self {
        case .animal: "1"
        case .person: "2"
        case .vehicle: "3"
        }
    }
}

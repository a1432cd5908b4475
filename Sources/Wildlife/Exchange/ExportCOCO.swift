import Core
import FoundationEssentials

/// Writes pictures and boxes as COCO Camera Traps, for those who train models.
///
/// Videos are left out: its boxes are on pictures that lie in files of their own.
struct ExportCOCO: Sendable {
    let walk: WalkPictures
    let clock: WallClock

    private struct Picture: Encodable {
        let id: String
        let fileName: String
        let width: Int
        let height: Int
        let datetime: String
        let location: String?

        enum CodingKeys: String, CodingKey {
            case id, width, height, datetime, location
            case fileName = "file_name"
        }
    }

    private struct Annotation: Encodable {
        let id: String
        let imageID: String
        let categoryID: Int
        let bbox: [Double]?

        enum CodingKeys: String, CodingKey {
            case id, bbox
            case imageID = "image_id"
            case categoryID = "category_id"
        }
    }

    private struct Category: Encodable {
        let id: Int
        let name: String
    }

    func callAsFunction(_ filter: ImageFilter, _ write: (String) async throws -> Void) async throws {
        try await write(
            "{\"info\": {\"version\": \"1.0\", \"date_created\": \"\(CamtrapTables.time(clock.now()))\"},\n\"images\": ["
        )
        var isFirst = true
        try await walk(filter) { pictures in
            var text = ""
            for picture in pictures where picture.image.status == .completed && !picture.image.isVideo {
                text += (isFirst ? "\n" : ",\n") + (try ExportMegaDetector.json(Self.picture(picture.image)))
                isFirst = false
            }
            try await write(text)
        }
        try await write("\n],\n\"annotations\": [")
        // The common number of an empty picture.
        var categories = ["empty": 0]
        isFirst = true
        try await walk(filter) { pictures in
            var text = ""
            for picture in pictures where picture.image.status == .completed && !picture.image.isVideo {
                for annotation in Self.annotations(of: picture, &categories) {
                    text += (isFirst ? "\n" : ",\n") + (try ExportMegaDetector.json(annotation))
                    isFirst = false
                }
            }
            try await write(text)
        }
        let list = categories.sorted { $0.value < $1.value }.map { Category(id: $0.value, name: $0.key) }
        try await write("\n],\n\"categories\": \(try ExportMegaDetector.json(list))}\n")
    }

    private static func picture(_ image: TrapImage) -> Picture {
        Picture(
            id: image.id.description,
            fileName: "\(image.id)/\(image.filename)",
            width: image.width,
            height: image.height,
            datetime: String(image.wallTime.description.prefix(19)).replacing("T", with: " "),
            location: (image.site?.description ?? image.camera?.description)
        )
    }

    private static func annotations(of picture: ReadPicture, _ categories: inout [String: Int]) -> [Annotation] {
        func number(_ name: String) -> Int {
            if let known = categories[name] { return known }
            categories[name] = categories.count
            return categories.count - 1
        }
        let id = picture.image.id.description
        var names: [(name: String, box: [Double]?)]
        switch picture.review?.decision {
        case .corrected: names = (picture.review?.animals ?? []).map { ($0.species, nil) }
        case .rejected: names = []
        case .approved, .flagged, nil:
            let (width, height) = (Double(picture.image.width), Double(picture.image.height))
            names = picture.findings.map { finding in
                let box = finding.box
                let name = finding.category == .animal ? finding.species : finding.category.rawValue
                return (name, [box.x * width, box.y * height, box.width * width, box.height * height])
            }
        }
        if names.isEmpty { names = [("empty", nil)] }
        return names.enumerated().map { position, one in
            Annotation(id: "\(id)-\(position + 1)", imageID: id, categoryID: number(one.name), bbox: one.box)
        }
    }
}

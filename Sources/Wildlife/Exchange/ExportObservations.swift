import Core

/// Writes a line for each animal, person or vehicle on each picture, for spreadsheets.
struct ExportObservations: Sendable {
    let walk: WalkPictures

    private static let columns = [
        "image_id", "filename", "camera_id", "site_id", "deployment_id", "captured_at", "local_time", "kind", "species",
        "count", "sex", "age", "behaviour", "confidence", "said_by", "status", "review",
    ]

    func callAsFunction(_ filter: ImageFilter, _ write: (String) async throws -> Void) async throws {
        try await write(CSVLine.text(Self.columns))
        try await walk(filter) { pictures in
            try await write(pictures.map(Self.lines).joined())
        }
    }

    private static func lines(_ picture: ReadPicture) -> String {
        let image = picture.image
        let head = [
            image.id.description, Self.harmless(image.filename), image.camera?.description, image.site?.description,
            image.deployment?.description, image.capturedAt.description, String(image.wallTime.description.dropLast()),
        ]
        let tail = [image.status.rawValue, image.review.rawValue]
        let middles: [[String?]]
        if let review = picture.review, review.decision == .corrected || review.decision == .rejected {
            middles = review.animals.map { animals in
                [
                    "animal", Self.harmless(animals.species), "\(animals.count)", animals.sex?.rawValue,
                    animals.age?.rawValue, animals.behaviour.map(Self.harmless), nil, "person",
                ]
            }
        } else {
            middles = picture.sightings.map { one in
                let species = one.category == .animal ? Self.harmless(one.species) : ""
                return [
                    one.category.rawValue, species, "\(one.count)", nil, nil, nil, "\(one.confidence)", one.model,
                ]
            }
        }
        let isRead = image.status == .completed || picture.review != nil
        let nothing: [String?] = [isRead ? "blank" : "unknown", nil, nil, nil, nil, nil, nil, nil]
        return (middles.isEmpty ? [nothing] : middles).map { CSVLine.text(head + $0 + tail) }.joined()
    }

    /// A spreadsheet takes what begins so for a formula, and would carry it out.
    private static func harmless(_ text: String) -> String {
        guard let first = text.first, "=+-@\t\r".contains(first) else { return text }
        return "'" + text
    }
}

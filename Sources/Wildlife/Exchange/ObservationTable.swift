import Core
import Spreadsheet

/// The table of observations, whatever it is written as: a row for each animal, person or vehicle on each picture.
enum ObservationTable {
    static let columns = [
        "image_id", "filename", "camera_id", "site_id", "deployment_id", "captured_at", "local_time", "kind", "species",
        "count", "sex", "age", "behaviour", "confidence", "said_by", "status", "review",
    ]

    static func rows(_ picture: ReadPicture) -> [[Cell]] {
        let image = picture.image
        let head: [Cell] = [
            .text(image.id.description), .text(image.filename), .text(image.camera?.description),
            .text(image.site?.description), .text(image.deployment?.description), .moment(image.capturedAt),
            .wall(image.wallTime),
        ]
        let tail: [Cell] = [.text(image.status.rawValue), .text(image.review.rawValue)]
        let seen = picture.seen.map { one -> [Cell] in
            [
                .text(one.category.rawValue), .text(one.species), .integer(one.count), .text(one.sex?.rawValue),
                .text(one.age?.rawValue), .text(one.behaviour), one.confidence.map { .number($0) } ?? .empty,
                .text(one.saidBy),
            ]
        }
        let nothing: [Cell] =
            [.text(picture.isRead ? "blank" : "unknown")] + Array(repeating: .empty, count: columns.count - 10)
        return (seen.isEmpty ? [nothing] : seen).map { head + $0 + tail }
    }
}

/// What is on a picture: as a person says where one did, else as the machine does.
struct SeenThing: Sendable {
    let category: Finding.Category
    /// `nil` for people and vehicles that a machine found.
    let species: String?
    let count: Int
    var sex: ReviewedAnimals.Sex?
    var age: ReviewedAnimals.Age?
    var behaviour: String?
    /// `nil` where a person said it.
    var confidence: Double?
    /// `person`, or the name of the machine.
    let saidBy: String
    /// What a machine knows of its classes.
    var lineages: [Lineage] = []
}

extension ReadPicture {
    /// Whether anybody has looked at it.
    var isRead: Bool { image.status == .completed || review != nil }

    /// Whether a person says something else than the machine.
    var isCorrected: Bool { review?.decision == .corrected || review?.decision == .rejected }

    var seen: [SeenThing] {
        guard !isCorrected else {
            return (review?.animals ?? []).map { animals in
                SeenThing(
                    category: Finding.Category(of: animals.species),
                    species: animals.species,
                    count: animals.count,
                    sex: animals.sex,
                    age: animals.age,
                    behaviour: animals.behaviour,
                    saidBy: "person"
                )
            }
        }
        return sightings.map { one in
            SeenThing(
                category: one.category,
                species: one.category == .animal ? one.species : nil,
                count: one.count,
                confidence: one.confidence,
                saidBy: one.model,
                lineages: one.lineages
            )
        }
    }
}

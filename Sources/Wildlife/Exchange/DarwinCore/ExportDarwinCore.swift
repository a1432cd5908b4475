import Archive
import Core
import Database

/// Writes the animals on pictures as a Darwin Core Archive, as GBIF takes it.
///
/// People and vehicles are no occurrences. A word that is no scientific name stands as a vernacular name of an animal.
struct ExportDarwinCore: Sendable {
    let walk: WalkPictures
    let title: String
    let clock: WallClock

    func callAsFunction(_ filter: ImageFilter, _ sink: @escaping ([UInt8]) async throws -> Void) async throws {
        let now = clock.now()
        let places = try await CamtrapDeployments.load(filter, from: walk.images.database, at: now)
        let names = try await ScientificNames.load(from: walk.images.database)
        var archive = try ZipWriter(modified: now, sink)
        try await archive.add("meta.xml", Array(DarwinCoreTerms.description.utf8))
        try await archive.add("eml.xml", Array(DarwinCoreDataset(title, places.entries, at: now).text.utf8))
        try await archive.add("occurrence.txt") { entry in
            try await entry.write(Self.head(DarwinCoreTerms.occurrence))
            try await walk(filter) { pictures in
                try await entry.write(pictures.map { Self.occurrences($0, places, names) }.joined())
            }
        }
        try await archive.add("multimedia.txt") { entry in
            try await entry.write(Self.head(DarwinCoreTerms.multimedia))
            try await walk(filter) { pictures in
                try await entry.write(pictures.map(Self.media).joined())
            }
        }
        try await archive.finish()
    }

    private static func head(_ columns: [String]) -> String { columns.joined(separator: "\t") + "\n" }

    /// With their numbers among all that is on the picture, so that their keys stay.
    private static func animals(_ picture: ReadPicture) -> [(key: String, SeenThing)] {
        picture.seen.enumerated().filter { $0.element.category == .animal }.map { number, one in
            ("\(picture.image.id)-\(number + 1)", one)
        }
    }

    private static func time(_ image: TrapImage) -> String {
        CamtrapTables.time(image.capturedAt, offset: image.wallTime - image.capturedAt)
    }

    private static func occurrences(
        _ picture: ReadPicture,
        _ places: CamtrapDeployments,
        _ names: ScientificNames
    ) -> String {
        let image = picture.image
        let place = places.entry(of: image)
        let said = picture.review.flatMap { $0.decision == .flagged ? nil : $0 }
        return animals(picture).map { key, animal in
            let name = animal.species.flatMap { names($0, animal.lineages) }
            let isCalledOtherwise = name?.text.lowercased() != animal.species
            let sex = animal.sex.flatMap { [.female, .male].contains($0) ? $0.rawValue : nil }
            let stage = animal.age.flatMap { [.adult, .subadult, .juvenile].contains($0) ? $0.rawValue : nil }
            return DarwinCoreTerms.line(
                DarwinCoreTerms.occurrence,
                [
                    "occurrenceID": key, "basisOfRecord": "MachineObservation", "occurrenceStatus": "present",
                    "eventID": place?.id, "eventDate": time(image), "samplingProtocol": "camera trap",
                    "samplingEffort": place.map(effort), "kingdom": "Animalia",
                    "scientificName": name?.text ?? "Animalia",
                    "taxonRank": name == nil ? "kingdom" : name?.rank?.rawValue,
                    "vernacularName": isCalledOtherwise ? animal.species : nil, "individualCount": "\(animal.count)",
                    "sex": sex, "lifeStage": stage, "behavior": animal.behaviour,
                    "locationID": place?.site?.id.description, "locality": place?.site?.name,
                    "decimalLatitude": place.map { "\($0.location.latitude)" },
                    "decimalLongitude": place.map { "\($0.location.longitude)" },
                    "geodeticDatum": place.map { _ in "EPSG:4326" },
                    "coordinateUncertaintyInMeters": place?.uncertainty,
                    "identifiedBy": said.map { $0.user.map { "person \($0)" } ?? "unnamed person" } ?? animal.saidBy,
                    "dateIdentified": said.map { CamtrapTables.time($0.createdAt) },
                    "identificationVerificationStatus": said == nil ? "predicted by machine" : "verified by human",
                    "identificationRemarks": animal.confidence.map { "probability \($0)" },
                    "occurrenceRemarks": said?.note,
                ]
            )
        }.joined()
    }

    private static func effort(_ place: CamtrapDeployments.Entry) -> String {
        "\(((place.end - place.start).seconds / 8_640).rounded() / 10) camera days"
    }

    private static func media(_ picture: ReadPicture) -> String {
        animals(picture).map { key, _ in
            DarwinCoreTerms.line(
                DarwinCoreTerms.multimedia,
                [
                    "occurrenceID": key, "type": "StillImage", "format": picture.image.mediaType,
                    "identifier": "urn:uuid:\(picture.image.id)", "title": picture.image.filename,
                    "created": time(picture.image),
                ]
            )
        }.joined()
    }
}

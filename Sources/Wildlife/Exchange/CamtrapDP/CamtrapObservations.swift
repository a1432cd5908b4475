import Core

extension ReadPicture {
    /// The lines of the table of observations: as a person says where one did, else as the machine does.
    func camtrapObservations(deployment: String) -> String {
        if let given { return given.map { line(among: $0, deployment) }.joined() }
        let lines: [[String: String?]]
        switch review?.decision {
        case .corrected: lines = corrected(review?.animals ?? [])
        case .rejected: lines = [["observationType": "blank"]]
        case .approved, .flagged, nil: lines = found
        }
        let method = review.map { $0.decision != .flagged } ?? false
        return lines.enumerated().map { position, line in
            var line = line
            line["observationID"] = "\(mediaID)-\(position + 1)"
            line["deploymentID"] = deployment
            line["mediaID"] = mediaID
            line["eventStart"] = CamtrapTables.time(image.capturedAt)
            line["eventEnd"] = CamtrapTables.time(image.capturedAt + .seconds(image.seconds ?? 0))
            line["observationLevel"] = "media"
            if method, let review {
                line["classificationMethod"] = "human"
                line["classifiedBy"] = review.user.map { "person \($0)" } ?? "unnamed person"
                line["classificationTimestamp"] = CamtrapTables.time(review.createdAt)
                line["classificationProbability"] = String?.none
                line["observationComments"] = review.note
            }
            return CamtrapTables.line(CamtrapTables.observations, line)
        }.joined()
    }

    /// The key that the picture goes out under.
    var mediaID: String { origin?.shownAs ?? image.id.description }

    /// What the package said that it came in, as long as nobody has said otherwise since.
    var given: [[String: String]]? {
        guard let origin, review?.id == origin.review else { return nil }
        let isOfEvent = origin.observations.isEmpty && origin.review != nil
        return isOfEvent || !origin.observations.isEmpty ? origin.observations : nil
    }

    private func line(among fields: [String: String], _ deployment: String) -> String {
        var line: [String: String?] = fields.mapValues { $0 }
        line["deploymentID"] = deployment
        line["mediaID"] = mediaID
        // Another's names for what is said of it would not be its own.
        if origin?.shownAs == nil || fields["observationID"] == nil {
            let position = origin?.observations.firstIndex(of: fields) ?? 0
            line["observationID"] = "\(mediaID)-\(position + 1)"
        }
        line["eventStart"] = fields["eventStart"] ?? CamtrapTables.time(image.capturedAt)
        line["eventEnd"] = fields["eventEnd"] ?? CamtrapTables.time(image.capturedAt)
        return CamtrapTables.line(CamtrapTables.observations, line)
    }

    private var found: [[String: String?]] {
        guard image.status == .completed else { return [["observationType": "unclassified"]] }
        guard !findings.isEmpty else { return [["observationType": "blank", "classificationMethod": "machine"]] }
        return sightings.map { one in
            var line: [String: String?] = [
                "observationType": one.category.camtrapType, "count": "\(one.count)",
                "classificationMethod": "machine", "classifiedBy": one.model,
                "classificationProbability": "\(one.speciesConfidence)",
            ]
            if let box = one.box {
                line["bboxX"] = "\(box.x)"
                line["bboxY"] = "\(box.y)"
                line["bboxWidth"] = "\(max(box.width, 1e-15))"
                line["bboxHeight"] = "\(max(box.height, 1e-15))"
            }
            if one.category == .animal { line.merge(Self.naming(one.species)) { $1 } }
            return line
        }
    }

    private func corrected(_ animals: [ReviewedAnimals]) -> [[String: String?]] {
        guard !animals.isEmpty else { return [["observationType": "blank"]] }
        return animals.map { animals in
            let stages: [ReviewedAnimals.Age] = [.adult, .subadult, .juvenile]
            let sexes: [ReviewedAnimals.Sex] = [.female, .male]
            var line: [String: String?] = [
                "observationType": Finding.Category(of: animals.species).camtrapType, "count": "\(animals.count)",
                "lifeStage": animals.age.flatMap { stages.contains($0) ? $0.rawValue : nil },
                "sex": animals.sex.flatMap { sexes.contains($0) ? $0.rawValue : nil }, "behavior": animals.behaviour,
            ]
            if line["observationType"] == "animal" { line.merge(Self.naming(animals.species)) { $1 } }
            return line
        }
    }

    /// A word that is no scientific name stands among the tags.
    private static func naming(_ species: String) -> [String: String?] {
        if let name = Taxon.scientificName(of: species) { return ["scientificName": name] }
        return ["observationTags": "name:\(species)"]
    }
}

extension Finding.Category {
    fileprivate var camtrapType: String {
        switch self {
        case .animal: "animal"
        case .person: "human"
        case .vehicle: "vehicle"
        }
    }
}

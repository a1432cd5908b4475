import Core

extension ReadPicture {
    /// The lines of the table of observations: as a person says where one did, else as the machine does.
    func camtrapObservations(deployment: String, _ names: ScientificNames) -> String {
        if let given { return given.map { line(among: $0, deployment) }.joined() }
        let lines: [[String: String?]]
        switch review?.decision {
        case .corrected: lines = corrected(review?.animals ?? [], names)
        case .rejected: lines = [["observationType": "blank"]]
        case .approved, .flagged, nil: lines = found(names)
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

    private func found(_ names: ScientificNames) -> [[String: String?]] {
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
            if one.category == .animal { line.merge(Self.naming(one.species, names(one.species, one.lineages))) { $1 } }
            return line
        }
    }

    private func corrected(_ animals: [ReviewedAnimals], _ names: ScientificNames) -> [[String: String?]] {
        guard !animals.isEmpty else { return [["observationType": "blank"]] }
        return animals.map { animals in
            let stages: [ReviewedAnimals.Age] = [.adult, .subadult, .juvenile]
            let sexes: [ReviewedAnimals.Sex] = [.female, .male]
            var line: [String: String?] = [
                "observationType": Finding.Category(of: animals.species).camtrapType, "count": "\(animals.count)",
                "lifeStage": animals.age.flatMap { stages.contains($0) ? $0.rawValue : nil },
                "sex": animals.sex.flatMap { sexes.contains($0) ? $0.rawValue : nil }, "behavior": animals.behaviour,
            ]
            if line["observationType"] == "animal" {
                line.merge(Self.naming(animals.species, names(animals.species))) { $1 }
            }
            return line
        }
    }

    /// A word that is no scientific name stands among the tags; beside one, where that would come back as another word.
    private static func naming(_ species: String, _ name: ScientificName?) -> [String: String?] {
        var fields: [String: String?] = [:]
        if let name { fields["scientificName"] = name.text }
        if name.map({ Taxon.species(of: $0.text) }) != species { fields["observationTags"] = "name:\(species)" }
        return fields
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

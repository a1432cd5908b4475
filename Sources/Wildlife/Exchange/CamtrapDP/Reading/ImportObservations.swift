import HTTPServer
import Core
import Database
import JobQueue

/// Writes down what a package says of its pictures: people's words as a review, the machine's as findings.
struct ImportObservations: Sendable {
    let store: ImportStore
    let staged: StagedTables
    let origins: OriginStore
    let check: CheckImport
    let images: ImageStore
    let reviews: ReviewStore
    let give: GiveFindings
    let settle: SettleImage
    let clock: WallClock

    private static let atOnce = 200

    func callAsFunction(_ run: inout ImportRun, _ report: inout ImportReport) async throws {
        try await check(&run)
        try await keepEvents(run)
        var line = 0
        while case let media = try await staged.media([.taken, .known], after: line, of: run.id, limit: Self.atOnce),
            !media.isEmpty
        {
            try await check(&run)
            for medium in media {
                line = medium.line
                try await tell(medium, &run, &report)
            }
        }
    }

    private func keepEvents(_ run: ImportRun) async throws {
        var line = 0
        while case let events = try await staged.events(after: line, of: run.id, limit: Self.atOnce),
            let last = events.last
        {
            line = last.line
            try await store.database.write { tx in
                for event in events {
                    let place = try await staged.place(event.deployment, of: run.id, in: tx)
                    guard let deployment = place?.deployment else { continue }
                    try await origins.insert(event: event, of: deployment, in: tx)
                }
            }
        }
    }

    /// What is said of one picture, or of the event it belongs to.
    private struct Word {
        let rows: [[String: String]]
        /// Whether the rows go out again with the event, and not with the picture.
        let isOfEvent: Bool

        var human: [CamtrapObservation] { rows.map { CamtrapObservation(fields: $0) }.filter { $0.isHuman } }
        var findings: [Finding]? {
            let rows = rows.map { CamtrapObservation(fields: $0) }
            guard !isOfEvent, rows.contains(where: { !$0.isHuman || $0.box != nil }) else { return nil }
            return CamtrapObservation.findings(rows)
        }
    }

    private func word(of medium: StagedTables.Medium, _ run: ImportRun) async throws -> Word {
        var found = try await staged.observations(of: medium.givenID, in: run.id)
        let isOfPicture = !found.isEmpty
        if !isOfPicture, let moment = medium.takenAt {
            found = try await staged.events(of: medium.deployment, at: moment, in: run.id)
        }
        let said = found.map(\.fields).filter { $0["observationType"] != "unclassified" }
        return Word(rows: said, isOfEvent: !isOfPicture)
    }

    private func tell(_ medium: StagedTables.Medium, _ run: inout ImportRun, _ report: inout ImportReport) async throws
    {
        guard let image = medium.image else { return }
        let word = try await word(of: medium, run)
        run.done += 1
        let before = run
        let outcome = try await store.database.write { tx in
            var now = before
            let outcome = try await write(word, of: image, now, in: tx)
            if outcome == .written { now.counts.toldPictures += 1 }
            try await staged.settle(line: medium.line, .told, image: image, of: now.id, in: tx)
            try await store.update(now, in: tx)
            return outcome
        }
        if outcome == .written { run.counts.toldPictures += 1 }
        if outcome == .spokenFor {
            report.tell(
                CamtrapTable.Name.observations.file,
                0,
                medium.givenID,
                "somebody has said here what this picture shows",
                "their word stands"
            )
        }
    }

    private enum Outcome { case written, nothing, spokenFor }

    private func write(_ word: Word, of id: TrapImage.ID, _ run: ImportRun, in tx: Transaction) async throws -> Outcome
    {
        guard !word.rows.isEmpty else { return .nothing }
        try await SettleImage.lock(id, in: tx)
        guard var image = try await images.image(id, in: tx) else { return .nothing }
        let origin = try await origins.of([id], in: tx)[id]
        let newest = try await reviews.reviews(of: id, in: tx).first
        if let newest, newest.id != origin?.review {
            return newest.animals == word.human.compactMap(\.animals) ? .nothing : .spokenFor
        }
        let human = word.human
        let animals = human.compactMap(\.animals)
        if let origin,
            !word.isOfEvent ? origin.observations == word.rows : newest.map({ $0.animals == animals }) ?? false
        {
            return .nothing
        }
        if let findings = word.findings {
            image = try await give(findings, by: CamtrapObservation.machine(word.rows), to: image, in: tx)
        }
        var review: Review?
        if !human.isEmpty {
            let made = Review(
                id: .next(at: clock.now()),
                image: id,
                user: nil,
                decision: .corrected,
                animals: animals,
                note: CamtrapObservation.note(human),
                createdAt: human.compactMap(\.saidAt).max() ?? clock.now()
            )
            try await reviews.insert(made, in: tx)
            review = made
        }
        try await settle(image, telling: .imageReviewed, in: tx)
        try await origins.setObservations(word.isOfEvent ? [] : word.rows, review: review?.id, of: id, in: tx)
        return .written
    }
}

/// A row of the table of observations, in our words.
struct CamtrapObservation: Sendable {
    let fields: [String: String]

    /// Who said nothing of the method and gives no probability is a person.
    var isHuman: Bool {
        fields["classificationMethod"].map { $0 == "human" } ?? (fields["classificationProbability"] == nil)
    }

    var saidAt: Timestamp? { fields["classificationTimestamp"].flatMap { Timestamp($0) } }

    private var category: Finding.Category {
        switch fields["observationType"] {
        case "human": .person
        case "vehicle": .vehicle
        default: .animal
        }
    }

    private var isBlank: Bool { fields["observationType"] == "blank" }

    private var count: Int { min(max(fields["count"].flatMap { Int($0) } ?? 1, 1), 10_000) }

    private var species: String {
        switch category {
        case .person: return "person"
        case .vehicle: return "vehicle"
        case .animal:
            // Words that are no scientific names go out so.
            let tags =
                fields["observationTags"]?.split(separator: "|").map { $0.trimmingPrefix { $0.isWhitespace } } ?? []
            if let word = tags.first(where: { $0.hasPrefix("name:") })?.dropFirst(5) {
                return PlainText.clean(String(word), limit: 100).lowercased()
            }
            if let name = fields["scientificName"] {
                return Taxon.species(of: PlainText.clean(name, limit: 100))
            }
            return fields["observationType"] == "unknown" ? "unknown" : "animal"
        }
    }

    /// `nil` for an empty picture.
    var animals: ReviewedAnimals? {
        guard !isBlank else { return nil }
        return ReviewedAnimals(
            species: species,
            count: count,
            sex: fields["sex"].flatMap(ReviewedAnimals.Sex.init),
            age: fields["lifeStage"].flatMap(ReviewedAnimals.Age.init),
            behaviour: fields["behavior"].map { PlainText.clean($0, limit: 100) }
        )
    }

    var box: Finding.Box? {
        let sides = ["bboxX", "bboxY", "bboxWidth", "bboxHeight"].compactMap { fields[$0].flatMap { Double($0) } }
        guard sides.count == 4 else { return nil }
        return Finding.Box(clipped: sides)
    }

    /// What is on the picture, as boxes; whatever has none may be anywhere on it.
    static func findings(_ rows: [CamtrapObservation]) -> [Finding] {
        rows.filter { !$0.isBlank }.flatMap { row in
            Array(repeating: row, count: row.box == nil ? min(row.count, 50) : 1)
        }.prefix(200).enumerated().map { position, row in
            let confidence = row.fields["classificationProbability"].flatMap { Double($0) } ?? 1
            return Finding(
                position: position,
                category: row.category,
                label: row.fields["observationType"] ?? "animal",
                confidence: confidence,
                box: row.box ?? Finding.Box(x: 0, y: 0, width: 1, height: 1),
                species: row.species,
                speciesConfidence: confidence,
                source: .given,
                model: row.isHuman
                    ? "Camtrap DP" : PlainText.clean(row.fields["classifiedBy"] ?? "Camtrap DP", limit: 100)
            )
        }
    }

    /// Which machine spoke.
    static func machine(_ rows: [[String: String]]) -> String {
        let name = rows.map { CamtrapObservation(fields: $0) }.first { !$0.isHuman }?.fields["classifiedBy"]
        return PlainText.clean(name ?? "Camtrap DP", limit: 100)
    }

    static func note(_ rows: [CamtrapObservation]) -> String {
        var notes: [String] = []
        for note in rows.compactMap({ $0.fields["observationComments"] }) where !notes.contains(note) {
            notes.append(note)
        }
        return PlainText.clean(notes.joined(separator: "\n"), limit: 2_000)
    }
}

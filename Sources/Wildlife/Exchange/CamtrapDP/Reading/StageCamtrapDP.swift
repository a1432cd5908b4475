import HTTPServer
import Archive
import Core
import Database
import FoundationEssentials

/// Reads the description and the tables of a package, mends what can be mended, and stages the rest.
struct StageCamtrapDP: Sendable {
    let store: ImportStore
    let staged: StagedTables
    let origins: OriginStore
    let check: CheckImport
    let clear: ClearImport
    let zone: LocalZone
    var mostRows: @Sendable (CamtrapTable.Name) -> Int = { $0.mostRows }

    private static let atOnce = 500
    private static let longestDescription: Int64 = 2 << 20

    /// - Throws: `ZipFault`; `ImportFault` when there is nothing to take.
    func callAsFunction(
        _ run: inout ImportRun,
        _ report: inout ImportReport,
        open: () async throws -> ZipReader
    ) async throws {
        try await clear.startOver(run.id)
        run.done = 0
        var paths: [String: CamtrapTable.Name] = [:]
        var description: CamtrapDescription?
        var read: Set<CamtrapTable.Name> = []
        let archive = try await open()
        while let entry = try await archive.next() {
            guard !entry.isFolder, let name = Self.name(of: entry.name) else { continue }
            if name == "datapackage.json", description == nil {
                description = try await describe(archive.bytes(of: entry, limit: Self.longestDescription), &report)
            } else if let table = CamtrapTable.Name.allCases.first(where: { $0.file == name }), !read.contains(table) {
                try await stage(table, archive.pieces(of: entry), &run, &report)
                read.insert(table)
            }
        }
        for table in CamtrapTable.Name.allCases where !read.contains(table) {
            if let path = description?.path(of: table) { paths[path.lowercased()] = table }
        }
        if !paths.isEmpty {
            // The description names them otherwise, and may have come after them.
            let archive = try await open()
            while let entry = try await archive.next() {
                let found = paths.first {
                    entry.name.lowercased() == $0.key || entry.name.lowercased().hasSuffix("/" + $0.key)
                }
                guard let table = found?.value, read.insert(table).inserted else { continue }
                try await stage(table, archive.pieces(of: entry), &run, &report)
            }
        }
        try await finish(&run, description, read, &report)
    }

    private func finish(
        _ run: inout ImportRun,
        _ description: CamtrapDescription?,
        _ read: Set<CamtrapTable.Name>,
        _ report: inout ImportReport
    ) async throws {
        for table in CamtrapTable.Name.allCases where !read.contains(table) {
            report.tell(table.file, 0, "", "the archive has no such table", "nothing of it was taken")
        }
        guard read.contains(.media) || read.contains(.deployments) else {
            throw ImportFault("The archive has neither a deployments.csv nor a media.csv: it is no Camtrap DP package.")
        }
        if let description {
            description.tell(&report)
        } else {
            report.tell("datapackage.json", 0, "", "the archive has none", "the tables were taken by their names")
        }
        run.dataset = PlainText.clean(description?.id ?? description?.name ?? "", limit: 200)
        try await tellStrays(of: run.id, &report)
        run.step = .places
        (run.done, run.total) = (0, 0)
        let (notes, now) = (report.taken(), run)
        let origin = description?.origin ?? PackageOrigin()
        try await store.database.write { tx in
            try await origins.insert(origin, named: now.package, in: tx)
            try await store.add(notes, to: now.id, in: tx)
            try await store.update(now, in: tx)
        }
    }

    /// The name of a file without its folders, in small letters; `nil` for what systems put beside files.
    private static func name(of path: String) -> String? {
        guard !path.hasPrefix("__MACOSX/"), let name = path.split(separator: "/").last, name.first != "." else {
            return nil
        }
        return name.lowercased()
    }

    private func describe(_ bytes: [UInt8], _ report: inout ImportReport) -> CamtrapDescription? {
        do {
            return try JSONDecoder().decode(CamtrapDescription.self, from: Data(bytes))
        } catch {
            report.tell(
                "datapackage.json",
                0,
                "",
                "it is no JSON of a data package",
                "the tables were taken by their names"
            )
            return nil
        }
    }

    private func stage(
        _ name: CamtrapTable.Name,
        _ pieces: ZipPieces,
        _ run: inout ImportRun,
        _ report: inout ImportReport
    ) async throws {
        var reader = CSVReader()
        var table: CamtrapTable?
        var waiting: [CSVReader.Record] = []
        func take(_ records: [CSVReader.Record], isLast: Bool) async throws {
            waiting += records
            if table == nil, let head = waiting.first {
                table = CamtrapTable(name, head: head.fields, &report)
                waiting.removeFirst()
            }
            guard let table, waiting.count >= Self.atOnce || isLast else { return }
            for start in stride(from: 0, to: waiting.count, by: Self.atOnce) {
                let chunk = waiting[start..<min(start + Self.atOnce, waiting.count)]
                try demandRows(name, chunk.last)
                try await check(&run)
                run.done += chunk.count
                let (now, before) = (run, report)
                report = try await store.database.write { tx in
                    var report = before
                    for record in chunk { try await stage(record, table, now.id, &report, in: tx) }
                    try await store.add(report.taken(), to: now.id, in: tx)
                    try await store.update(now, in: tx)
                    return report
                }
            }
            waiting = []
        }
        for try await piece in pieces { try await take(reader.feed(piece), isLast: false) }
        try await take(reader.finish(), isLast: true)
        if table == nil { report.tell(name.file, 0, "", "the table is empty", "nothing of it was taken") }
    }

    /// The head is no row.
    private func demandRows(_ name: CamtrapTable.Name, _ last: CSVReader.Record?) throws {
        guard let last, last.number - 1 > mostRows(name) else { return }
        throw ImportFault(
            "\(name.file) has more than \(mostRows(name)) rows, which is the most that one package may have. Nothing of it was "
                + "taken: send it in parts."
        )
    }

    private func stage(
        _ record: CSVReader.Record,
        _ table: CamtrapTable,
        _ id: ImportRun.ID,
        _ report: inout ImportReport,
        in tx: Transaction
    ) async throws {
        let file = table.name.file
        if let problem = record.problem {
            let outcome =
                record.fields.isEmpty ? "the row was left out" : "its letters were taken as those of old systems"
            report.tell(file, record.number, "", problem, outcome)
            if record.fields.isEmpty { return }
        }
        let row = table.row(record, zone: zone, &report)
        let refusal: (field: String, problem: String)?
        switch table.name {
        case .deployments: refusal = try await stagePlace(row, record.number, id, in: tx)
        case .media: refusal = try await stageMedium(row, record.number, id, &report, in: tx)
        case .observations: refusal = try await stageObservation(row, record.number, id, &report, in: tx)
        }
        if let refusal { report.tell(file, record.number, refusal.field, refusal.problem, "the row was left out") }
    }

    private typealias Refusal = (field: String, problem: String)

    private func stagePlace(
        _ row: [String: String],
        _ line: Int,
        _ id: ImportRun.ID,
        in tx: Transaction
    ) async throws
        -> Refusal?
    {
        guard let given = row["deploymentID"] else { return ("deploymentID", "it is missing") }
        let place = StagedTables.Place(givenID: given, line: line, fields: row, deployment: nil, camera: nil)
        return try await staged.insert(place, of: id, in: tx) ? nil : ("deploymentID", "another row has it already")
    }

    private func stageMedium(
        _ row: [String: String],
        _ line: Int,
        _ id: ImportRun.ID,
        _ report: inout ImportReport,
        in tx: Transaction
    ) async throws -> Refusal? {
        guard let given = row["mediaID"] else { return ("mediaID", "it is missing") }
        if row["timestamp"] == nil {
            report.tell("media.csv", line, "timestamp", "there is none", "the time within the picture counts")
        }
        if row["deploymentID"] == nil {
            report.tell("media.csv", line, "deploymentID", "there is none", "the picture belongs to no deployment")
        }
        let medium = StagedTables.Medium(
            line: line,
            givenID: given,
            deployment: row["deploymentID"] ?? "",
            takenAt: row["timestamp"].flatMap { Timestamp($0) },
            fields: row,
            image: nil
        )
        let location = CamtrapPath(row["filePath"] ?? row["fileName"] ?? "")
        let isNew = try await staged.insert(
            medium,
            path: location.inside,
            name: location.name,
            otherName: (row["fileName"] ?? "").lowercased(),
            of: id,
            in: tx
        )
        return isNew ? nil : ("mediaID", "another row has it already")
    }

    private func stageObservation(
        _ row: [String: String],
        _ line: Int,
        _ id: ImportRun.ID,
        _ report: inout ImportReport,
        in tx: Transaction
    ) async throws -> Refusal? {
        var row = row
        let file = CamtrapTable.Name.observations.file
        if row["observationType"] == nil {
            row["observationType"] = row["scientificName"] == nil ? "unclassified" : "animal"
            report.tell(
                file,
                line,
                "observationType",
                "there is none",
                "it was taken as \(row["observationType"] ?? "")"
            )
        }
        if row["observationLevel"] == nil {
            row["observationLevel"] = row["mediaID"] == nil ? "event" : "media"
            report.tell(
                file,
                line,
                "observationLevel",
                "there is none",
                "it was taken as \(row["observationLevel"] ?? "")"
            )
        }
        let start = row["eventStart"].flatMap { Timestamp($0) }
        let end = row["eventEnd"].flatMap { Timestamp($0) } ?? start
        let media = row["observationLevel"] == "media" ? row["mediaID"] : nil
        if media == nil {
            guard row["deploymentID"] != nil else {
                return ("deploymentID", "it belongs to no picture and no deployment")
            }
            guard let start, let end else { return ("eventStart", "it belongs to no picture and has no time") }
            guard start <= end else { return ("eventEnd", "it lies before eventStart") }
            if row["observationLevel"] == "media" {
                row["observationLevel"] = "event"
                report.tell(file, line, "mediaID", "there is none", "it was taken as said of an event")
            }
        }
        let observation = StagedTables.Observation(
            line: line,
            media: media,
            deployment: row["deploymentID"] ?? "",
            start: start,
            end: end,
            fields: row
        )
        try await staged.insert(observation, of: id, in: tx)
        return nil
    }

    /// Keys that lead nowhere.
    private func tellStrays(of id: ImportRun.ID, _ report: inout ImportReport) async throws {
        for (table, column, field, other, outcome) in [
            (
                CamtrapTable.Name.media, "deployment", "deploymentID", "import_deployment",
                "the picture belongs to no deployment"
            ),
            (.observations, "media", "mediaID", "import_media", "the row was left out"),
            (.observations, "deployment", "deploymentID", "import_deployment", "it counts for its picture alone"),
        ] {
            let staged = table == .media ? "import_media" : "import_observation"
            for (line, name) in try await self.staged.strays(staged, column, in: other, of: id) {
                let shown = PlainText.clean(name, limit: 60)
                report.tell(table.file, line, field, "there is no “\(shown)” in the package", outcome)
            }
        }
    }
}

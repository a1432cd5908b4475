import Archive
import Core
import Database
import FoundationEssentials
import Imaging
import ObjectStore

/// Writes pictures and what is known of them as a Camtrap DP package, in a zip archive that is made while it is read.
///
/// Camtrap DP demands a place for each picture. Those without one are listed in `left-out.csv` with the reason.
struct ExportCamtrapDP: Sendable {
    let walk: WalkPictures
    let objects: any ObjectStore
    let title: String
    let program: String
    let clock: WallClock

    func callAsFunction(
        _ filter: ImageFilter,
        withMedia: Bool,
        _ sink: @escaping ([UInt8]) async throws -> Void
    ) async throws {
        let now = clock.now()
        let deployments = try await CamtrapDeployments.load(filter, from: walk.images.database, at: now)
        let scientific = try await ScientificNames.load(from: walk.images.database)
        var archive = try ZipWriter(modified: now, sink)
        try await archive.add("deployments.csv", Array(deployments.table.utf8))
        try await archive.add("media.csv") { entry in
            try await entry.write(CamtrapTables.head(CamtrapTables.media))
            try await walk.lightly(filter) { pictures in
                try await entry.write(pictures.map { Self.media($0, deployments) }.joined())
            }
        }
        var names: [String: ScientificName] = [:]
        try await archive.add("observations.csv") { entry in
            try await entry.write(CamtrapTables.head(CamtrapTables.observations))
            try await walk(filter) { pictures in
                var lines = ""
                for picture in pictures {
                    guard let deployment = deployments.id(of: picture.image) else { continue }
                    lines += picture.camtrapObservations(deployment: deployment, scientific)
                    for name in picture.scientificNames(scientific) { names[name.text] = name }
                }
                try await entry.write(lines)
            }
            for deployment in deployments.entries { try await addEvents(of: deployment, filter, &names, to: entry) }
        }
        try await archive.add("left-out.csv") { entry in
            try await entry.write(CSVLine.text(["mediaID", "fileName", "reason"]))
            guard deployments.leavesOut else { return }
            try await walk.lightly(filter) { pictures in
                let left = pictures.filter { deployments.id(of: $0.image) == nil }
                try await entry.write(left.map { Self.leftOut($0.image) }.joined())
            }
        }
        let came = Set(deployments.entries.compactMap { $0.origin?.package }).sorted()
        let packages = try await walk.images.database.read { try await walk.origins.packages(came, in: $0) }
        let package = CamtrapPackage(
            id: .next(at: now),
            title: title,
            deployments: deployments.entries,
            packages: packages,
            names: names.values.sorted { $0.text < $1.text },
            program: program,
            at: now
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        try await archive.add("datapackage.json", Array(try encoder.encode(package)))
        if withMedia { try await addMedia(filter, deployments, to: &archive) }
        try await archive.finish()
    }

    private static func media(_ picture: ReadPicture, _ deployments: CamtrapDeployments) -> String {
        let image = picture.image
        guard let deployment = deployments.id(of: image) else { return "" }
        // What a package said of a picture may tell where it was taken.
        let isVeiled = deployments.entry(of: image)?.isVeiled == true
        let given = isVeiled ? [:] : picture.origin?.fields ?? [:]
        var fields: [String: String?] = given.mapValues { $0 }
        fields["mediaID"] = picture.mediaID
        fields["deploymentID"] = deployment
        fields["captureMethod"] = given["captureMethod"] ?? "activityDetection"
        fields["timestamp"] = time(image, given["timestamp"])
        fields["filePath"] = path(picture)
        fields["filePublic"] = "false"
        fields["fileName"] = given["fileName"] ?? image.filename
        fields["fileMediatype"] = image.mediaType
        return CamtrapTables.line(CamtrapTables.media, fields)
    }

    /// As it was written, if it is the same; else as the camera's clock showed it.
    private static func time(_ image: TrapImage, _ given: String?) -> String {
        if let given, Timestamp(given) == image.capturedAt { return given }
        return CamtrapTables.time(image.capturedAt, offset: image.wallTime - image.capturedAt)
    }

    /// What was said of whole events, in which pictures of the filter lie.
    private func addEvents(
        of entry: CamtrapDeployments.Entry,
        _ filter: ImageFilter,
        _ names: inout [String: ScientificName],
        to file: ZipWriter.Entry
    ) async throws {
        guard let deployment = entry.deployment?.id, entry.origin != nil else { return }
        var last = ""
        while true {
            let after = last
            let events = try await walk.images.database.read { reader in
                try await walk.origins.events(of: deployment, showing: filter, after: after, limit: 500, in: reader)
            }
            guard let end = events.last else { return }
            last = end.givenID
            var lines = ""
            for event in events {
                var fields: [String: String?] = event.fields.mapValues { $0 }
                fields["deploymentID"] = entry.id
                if entry.isVeiled { fields["observationComments"] = nil }
                if entry.origin?.shownAs == nil || event.fields["observationID"] == nil {
                    fields["observationID"] = "\(entry.key)-\(event.givenID)"
                }
                lines += CamtrapTables.line(CamtrapTables.observations, fields)
                if let name = event.fields["scientificName"] { names[name] = names[name] ?? ScientificName(name, nil) }
            }
            try await file.write(lines)
        }
    }

    /// Where a picture lies in the archive, if it is in it.
    private static func path(_ picture: ReadPicture) -> String {
        let ending = picture.image.objectKey.split(separator: ".").last ?? "bin"
        // A key that came from elsewhere may be no name for a file.
        let name = Camera.isCode(picture.mediaID) ? picture.mediaID : picture.image.id.description
        return "media/\(name).\(ending)"
    }

    private static func leftOut(_ image: TrapImage) -> String {
        let reason =
            image.camera == nil
            ? "it belongs to no camera" : "neither its deployment, its camera nor its site has a place"
        return CSVLine.text([image.id.description, image.filename, reason])
    }

    private func addMedia(
        _ filter: ImageFilter,
        _ deployments: CamtrapDeployments,
        to archive: inout ZipWriter
    ) async throws {
        var place: PagePlace?
        repeat {
            let page = try await walk.light(filter, after: place, limit: 200)
            for picture in page.pictures where deployments.id(of: picture.image) != nil {
                // A file as it came shows who walked by.
                guard picture.image.isOriginalOpen(to: filter) else { continue }
                // And may tell where it was taken.
                guard deployments.entry(of: picture.image)?.isVeiled == false else { continue }
                do {
                    let content = try await objects.get(ObjectKey(picture.image.objectKey))
                    try await archive.add(Self.path(picture), size: content.summary.size, content.pieces)
                } catch let fault as ObjectFault where fault.code == .notFound {
                    // Removed while the archive is made.
                    continue
                }
            }
            place = page.next
        } while place != nil
    }
}

extension ReadPicture {
    /// As the table of observations has them.
    fileprivate func scientificNames(_ names: ScientificNames) -> [ScientificName] {
        if let given { return given.compactMap { $0["scientificName"] }.map { ScientificName($0, nil) } }
        return switch review?.decision {
        case .corrected: review?.animals.compactMap { names($0.species) } ?? []
        case .rejected: []
        case .approved, .flagged, nil:
            sightings.filter { $0.category == .animal }.compactMap { names($0.species, $0.lineages) }
        }
    }
}

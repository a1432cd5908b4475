import HTTPServer
import Archive
import Core
import Database
import Imaging

/// Takes the pictures of a package out of its archive, each as though it had come by itself.
struct ImportPictures: Sendable {
    let store: ImportStore
    let staged: StagedTables
    let origins: OriginStore
    let check: CheckImport
    let receive: ReceiveImage
    let spool: VideoSpool
    let byteLimit: Int

    /// Pictures between which is asked whether the import may go on.
    private static let atOnce = 50
    private static let file = CamtrapTable.Name.media.file
    private static let pictureEndings: Set = [
        "jpg", "jpeg", "png", "tif", "tiff", "webp", "heic", "avif", "mp4", "avi", "mov",
    ]

    func callAsFunction(
        _ run: inout ImportRun,
        _ report: inout ImportReport,
        open: () async throws -> ZipReader
    ) async throws {
        try await check(&run)
        let archive = try await open()
        while let entry = try await archive.next() {
            guard !entry.isFolder, let medium = try await medium(of: entry, run, &report) else { continue }
            try await take(entry, of: archive, medium, &run, &report)
            if run.done % Self.atOnce == 0 { try await check(&run) }
        }
        try await findKnown(&run, &report)
        try await tellElsewhere(run, &report)
    }

    /// The row that a file of the archive belongs to.
    private func medium(
        of entry: ZipEntry,
        _ run: ImportRun,
        _ report: inout ImportReport
    ) async throws -> StagedTables.Medium? {
        let path = CamtrapPath(entry.name)
        guard let ending = path.name.split(separator: ".").last, Self.pictureEndings.contains(String(ending)),
            !path.name.hasPrefix("."), !entry.name.hasPrefix("__MACOSX/")
        else { return nil }
        let found = try await staged.media(path: path.inside ?? path.name, name: path.name, of: run.id)
        let shown = PlainText.clean(entry.name, limit: 200)
        guard let first = found.first else {
            report.tell(shown, 0, "", "no row of \(Self.file) names this file", "it was left out")
            return nil
        }
        guard first.isWaiting else { return nil }
        if found.count > 1 {
            let lines = found.map { "\($0.line)" }.joined(separator: " and ")
            report.tell(shown, 0, "", "rows \(lines) of \(Self.file) both mean this file", "it was taken for the first")
        }
        return first
    }

    private func take(
        _ entry: ZipEntry,
        of archive: ZipReader,
        _ medium: StagedTables.Medium,
        _ run: inout ImportRun,
        _ report: inout ImportReport
    ) async throws {
        var receipt: Receipt?
        var reason = ""
        if entry.size > Int64(byteLimit) {
            reason = "the file is larger than the \(byteLimit >> 20) MB that one picture may have"
        } else {
            let delivery = try await delivery(of: medium, archive.bytes(of: entry, limit: Int64(byteLimit)), run)
            do {
                receipt = try await receive(delivery)
            } catch let fault as PictureFault {
                reason = "the file cannot be read as a picture: \(fault)"
            }
        }
        if receipt == nil { report.tell(Self.file, medium.line, "filePath", reason, "the picture was not taken") }
        try await settle(
            medium,
            receipt.map { $0.isKnown ? .known : .taken } ?? .refused,
            receipt?.image.id,
            &run,
            &report
        )
    }

    private func delivery(of medium: StagedTables.Medium, _ bytes: [UInt8], _ run: ImportRun) async throws -> Delivery {
        let name = medium.fields["fileName"] ?? medium.fields["filePath"]?.split(separator: "/").last.map(String.init)
        var delivery = Delivery(
            filename: name ?? medium.givenID,
            content: try await spool.content(of: bytes),
            door: .card
        )
        let place = try await staged.database.read { try await staged.place(medium.deployment, of: run.id, in: $0) }
        delivery.camera = place?.camera
        delivery.deployment = place?.deployment
        delivery.capturedAt = medium.takenAt
        if let text = medium.fields["timestamp"], !text.hasSuffix("Z") { delivery.offset = CamtrapTime(text)?.offset }
        delivery.owner = run.owner?.description
        return delivery
    }

    private func settle(
        _ medium: StagedTables.Medium,
        _ state: StagedTables.State,
        _ image: TrapImage.ID?,
        _ run: inout ImportRun,
        _ report: inout ImportReport
    ) async throws {
        run.done += 1
        switch state {
        case .taken: run.counts.pictures += 1
        case .known: run.counts.knownPictures += 1
        default: run.counts.missingPictures += 1
        }
        let (now, notes) = (run, report.taken())
        try await store.database.write { tx in
            if let image {
                let name = GivenName(medium.givenID, in: now.dataset)
                try await origins.insert(name, medium.fields, of: image, in: tx)
            }
            try await staged.settle(line: medium.line, state, image: image, of: now.id, in: tx)
            try await store.add(notes, to: now.id, in: tx)
            try await store.update(now, in: tx)
        }
    }

    /// Rows without a file may mean pictures that are here; nothing is fetched from elsewhere.
    private func findKnown(_ run: inout ImportRun, _ report: inout ImportReport) async throws {
        var line = 0
        while case let media = try await staged.media([.waiting], after: line, of: run.id, limit: 200), !media.isEmpty {
            try await check(&run)
            for medium in media {
                line = medium.line
                if let image = try await known(medium, run) {
                    try await settle(medium, .known, image, &run, &report)
                } else {
                    let isAddress = medium.fields["filePath"]?.contains("://") ?? false
                    report.tell(
                        Self.file,
                        medium.line,
                        "filePath",
                        isAddress
                            ? "it is an address, and its file is not in the archive"
                            : "there is no such file in the archive",
                        "the picture was not taken"
                    )
                    try await settle(medium, isAddress ? .elsewhere : .refused, nil, &run, &report)
                }
            }
        }
    }

    private func tellElsewhere(_ run: ImportRun, _ report: inout ImportReport) async throws {
        let count = try await store.database.read { reader in
            try await staged.count("import_media", .elsewhere, of: run.id, in: reader)
        }
        guard count > 0 else { return }
        report.tell(
            Self.file,
            0,
            "",
            count == 1
                ? "1 picture lies at a web address, and nothing is fetched from there"
                : "\(count) pictures lie at web addresses, and nothing is fetched from there",
            "they were not taken: download them, put each into the archive under the fileName of its row, and send the package "
                + "once more; what is here already is passed over"
        )
    }

    private func known(_ medium: StagedTables.Medium, _ run: ImportRun) async throws -> TrapImage.ID? {
        try await store.database.read { reader in
            let name = GivenName(medium.givenID, in: run.dataset)
            if let image = try await origins.image(name, in: reader) { return image }
            guard let key = GivenName.key(in: medium.givenID) else { return nil }
            return try await receive.images.image(.init(key), in: reader)?.id
        }
    }
}

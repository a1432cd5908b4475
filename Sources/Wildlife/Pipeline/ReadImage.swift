import Core
import Database
import HTTPServer
import Imaging
import Inference
import JobQueue
import ObjectStore

/// Reads a picture or a video: small ones for pages, what is on it, and of which species.
///
/// Done twice it comes to the same: objects are named by the picture's content, and findings replace earlier ones.
struct ReadImage: Sendable {
    static let kind = JobKind<TrapImage.ID>(
        "wildlife.read-image",
        JobPolicy(
            queue: "detection",
            width: 4,
            // A video is many pictures.
            timeLimit: .seconds(600),
            retries: [.seconds(5), .seconds(60), .seconds(300)]
        )
    )

    let images: ImageStore
    let findings: FindingStore
    let settle: SettleImage
    let detect: DetectAnimals
    let name: NameFindings
    let queue: JobQueue
    let objects: any ObjectStore
    let updates: Updates
    let decoding: WorkPool
    let byteLimit: Int
    let video: ReadVideo
    let frames: VideoFrameStore

    func callAsFunction(_ id: TrapImage.ID, _ job: JobContext) async throws {
        guard let image = try await images.begin(id) else { return }
        if image.isVideo { return try await read(image, job) }
        let key = try ObjectKey(image.objectKey)
        let bytes = try await objects.bytes(of: key, limit: Int64(byteLimit), expecting: image.digest)
        let sheets = try await decoding.run { try Sheets(of: bytes) }
        try await put(sheets, of: image)
        let found: [Finding]
        do {
            found = try await look(at: image, sheets.picture, of: bytes)
        } catch let fault as ModelFault {
            return try await wait(image, for: fault.message, job)
        }
        try await keep(found, of: try await veil(found, on: sheets.picture, of: image), job)
    }

    /// What another program found stands above what the detector would find.
    private func look(at image: TrapImage, _ picture: Picture, of bytes: [UInt8]) async throws -> [Finding] {
        image.givenBy == nil ? try await detect(picture, of: bytes) : try await given(image)
    }

    /// What another program found in a video stands, beside the people and vehicles that were found here.
    private func standing(_ found: [Finding], of image: TrapImage) async throws -> [Finding] {
        guard image.givenBy != nil else { return found }
        let given = try await given(image).filter { $0.source == .given }
        return (given + found.filter { $0.category != .animal }).enumerated().map { position, finding in
            var finding = finding
            finding.position = position
            return finding
        }
    }

    private func given(_ image: TrapImage) async throws -> [Finding] {
        try await images.database.read { try await findings.findings(of: image.id, in: $0) }
    }

    private func read(_ image: TrapImage, _ job: JobContext) async throws {
        switch try await video(image) {
        case .waits(let cause): try await wait(image, for: cause, job)
        case .read(let reading):
            var image = image
            image.veiledThumbnailKey = reading.veiled?.thumbnail.description
            image.veiledPreviewKey = reading.veiled?.preview.description
            try await keep(try await standing(reading.findings, of: image), reading.frames, of: image, job)
        }
    }

    /// Makes copies on which people and vehicles cannot be recognised, if there are any.
    private func veil(_ found: [Finding], on picture: Picture, of image: TrapImage) async throws -> TrapImage {
        let bystanders = found.bystanders
        var image = image
        image.veiledThumbnailKey = nil
        image.veiledPreviewKey = nil
        guard !bystanders.isEmpty else { return image }
        let sheets = try await decoding.run { Sheets(of: picture.veiling(bystanders)) }
        let keys = try SheetKeys(image.digest, isVeiled: true)
        try await keys.put(sheets, into: objects)
        image.veiledThumbnailKey = keys.thumbnail.description
        image.veiledPreviewKey = keys.preview.description
        return image
    }

    /// What no attempt could read ends as failed, with the reason.
    func giveUp(_ id: TrapImage.ID, _ cause: String, in tx: Transaction) async throws {
        try await images.setStatus(.failed, cause: cause, of: id, in: tx)
        guard let image = try await images.image(id, in: tx) else { return }
        try await updates.tell(.imageFailed, of: image, in: tx)
    }

    private func put(_ sheets: Sheets, of image: TrapImage) async throws {
        guard image.thumbnailKey == nil || image.previewKey == nil else { return }
        let keys = try SheetKeys(image.digest)
        try await keys.put(sheets, into: objects)
        try await images.setSheets(
            of: image.id,
            thumbnail: keys.thumbnail.description,
            preview: keys.preview.description
        )
    }

    static let thumbnails = "thumbnails/"
    static let previews = "previews/"

    /// Without a detector a picture waits, a video without ffmpeg too; `ResumeImages` has it read once there is one.
    private func wait(_ image: TrapImage, for cause: String, _ job: JobContext) async throws {
        try await images.database.write { tx in
            try await images.setStatus(.pending, cause: cause, of: image.id, in: tx)
            try await job.finish(in: tx)
        }
    }

    /// What people said or moved while it was read stands: the row is read again.
    private func keep(
        _ found: [Finding],
        _ kept: [VideoFrame] = [],
        of read: TrapImage,
        _ job: JobContext
    ) async throws {
        try await images.database.write { tx in
            try await SettleImage.lock(read.id, in: tx)
            // Removed meanwhile: its small copies are left to the sweep of orphans.
            guard var image = try await images.image(read.id, in: tx) else { return try await job.finish(in: tx) }
            // Another program has spoken meanwhile, and has it read again.
            guard image.givenBy == read.givenBy else { return try await job.finish(in: tx) }
            image.status = .completed
            image.cause = nil
            image.veiledThumbnailKey = read.veiledThumbnailKey
            image.veiledPreviewKey = read.veiledPreviewKey
            let named = try await name(found, of: image, in: tx)
            try await findings.replace(named.findings, of: image, in: tx)
            if image.isVideo { try await frames.replace(kept, of: image.id, in: tx) }
            try await settle(image, telling: .detectionComplete, in: tx)
            if !named.neighbours.isEmpty {
                let scope = ReconsiderImages.Scope(images: named.neighbours)
                try await queue.enqueue(ReconsiderImages.kind, scope, priority: .bulk, in: tx)
            }
            try await job.finish(in: tx)
        }
    }
}

/// A picture in the sizes that it is needed in, decoded once.
struct Sheets: Sendable {
    /// For models.
    let picture: Picture
    /// For lists.
    let thumbnail: [UInt8]
    /// For a page of its own.
    let preview: [UInt8]

    private static let side = 1_080
    private static let previewSide = 1_600
    private static let thumbnailSide = 480

    init(of bytes: [UInt8]) throws(PictureFault) {
        self.init(of: try Picture.decode(bytes, atLeast: Self.side, crop: .whole))
    }

    init(of picture: Picture) {
        self.picture = picture
        let large = picture.resized(longSide: Self.previewSide)
        preview = large.jpeg(quality: 82)
        thumbnail = large.resized(longSide: Self.thumbnailSide).jpeg(quality: 78)
    }
}

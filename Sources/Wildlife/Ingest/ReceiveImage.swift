import Accounts
import Core
import Database
import HTTPServer
import Imaging
import JobQueue
import ObjectStore

/// Takes a picture or a video of a camera trap: when it returns, file and row are on the disk, with the job that reads it.
///
/// This is the one way in for pictures, whichever door they came through. Content that is here already is not taken twice.
struct ReceiveImage: Sendable {
    /// Where pictures lie in the object store, named by their content.
    static let folder = "images/"

    let images: ImageStore
    let place: PlaceImage
    let propose: ProposeMoves
    let profiles: CameraProfiles
    let queue: JobQueue
    let objects: any ObjectStore
    let updates: Updates
    let check: CheckFile
    let pool: WorkPool
    let clock: WallClock

    /// - Throws: `PictureFault` for a file that is no whole picture or video; a 403 or 422 about the camera.
    func callAsFunction(_ delivery: Delivery) async throws -> Receipt {
        try delivery.checkCamera()
        let book = try await profiles.book()
        let file = try await check(delivery.content)
        let reading = try await pool.run { book.read(delivery.sample(file.exif)) }
        await profiles.note(reading.troubles, on: delivery.filename)
        let key = try ObjectKey("\(Self.folder)\(file.digest).\(file.fileExtension)")
        if let known = try await known(file.digest, delivery.reach) {
            try await restore(key, delivery.content, file)
            return known
        }
        try await delivery.content.put(key, file, into: objects, at: clock.now())
        do {
            return Receipt(image: try await keep(delivery, file, reading, key), isKnown: false)
        } catch let fault as DatabaseFault where fault.constraint?.kind == .unique {
            // The same content, sent twice at once.
            guard let known = try await known(file.digest, delivery.reach) else { throw fault }
            return known
        }
    }

    /// Held by whoever takes or removes a content: its objects are named by it.
    static func lock(_ digest: SHA256, in tx: Transaction) async throws { try await tx.lock("content \(digest)") }

    /// - Throws: a 409 when the content is here and the sender does not see it.
    private func known(_ digest: SHA256, _ reach: Reach) async throws -> Receipt? {
        let found = try await images.database.read { try await images.image(withContent: digest, in: $0) }
        guard let found else { return nil }
        guard reach.sees(found.site) else {
            throw Problem.conflict("This file was sent before, for a site that you do not see.")
        }
        return Receipt(image: found, isKnown: true)
    }

    /// Puts the content back if it is gone.
    private func restore(_ key: ObjectKey, _ content: DeliveredContent, _ file: CheckedFile) async throws {
        do {
            _ = try await objects.head(key)
        } catch let fault as ObjectFault where fault.code == .notFound {
            try await content.put(key, file, into: objects, at: clock.now())
        }
    }

    private func keep(
        _ delivery: Delivery,
        _ file: CheckedFile,
        _ reading: ProfileReading,
        _ key: ObjectKey
    ) async throws -> TrapImage {
        let now = clock.now()
        return try await images.database.write { tx in
            try await Self.lock(file.digest, in: tx)
            // Somebody may just have removed the same content.
            try await restore(key, delivery.content, file)
            let placed = try await place(delivery, file.exif, reading, at: now, in: tx)
            let image = TrapImage(
                id: .next(at: now),
                digest: file.digest,
                filename: PlainText.clean(delivery.filename, limit: 200),
                objectKey: key.description,
                bytes: Int(file.size),
                mediaType: file.mediaType,
                width: file.width,
                height: file.height,
                seconds: file.video?.seconds,
                frameRate: file.video?.frameRate,
                thumbnailKey: nil,
                previewKey: nil,
                camera: placed.camera?.id,
                deployment: placed.deployment?.id,
                site: placed.site,
                owner: delivery.owner,
                capturedAt: placed.time.moment,
                wallTime: placed.time.wall,
                timeSource: placed.time.source,
                uploadedAt: now,
                batteryPercent: reading.battery,
                temperatureCelsius: reading.temperature,
                location: reading.location,
                status: .pending,
                cause: nil,
                contents: .unknown,
                detectionCount: 0,
                classificationCount: 0,
                confidence: 0,
                review: .none
            )
            try await images.insert(image, in: tx)
            if let camera = placed.camera {
                try await place.cameras.saw(camera.id, capturedAt: image.capturedAt, at: now, in: tx)
                let condition = CameraCondition(reading, at: image.capturedAt, now: now)
                try await place.cameras.set(condition, of: camera.id, in: tx)
                try await propose.heard(image, placed, in: tx)
            }
            try await queue.enqueue(ReadImage.kind, image.id, priority: delivery.door.priority, in: tx)
            try await updates.tell(.imageIngested, of: image, in: tx)
            return image
        }
    }
}

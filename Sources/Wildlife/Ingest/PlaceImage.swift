import Accounts
import Core
import Database
import HTTPServer
import Imaging

/// Finds out which camera took a picture, when, and where it hung.
struct PlaceImage: Sendable {
    let cameras: CameraStore
    let deployments: DeploymentStore
    /// How clocks of cameras run of which nothing else is known.
    let zone: LocalZone

    struct Placed: Sendable {
        let camera: Camera?
        let deployment: Deployment?
        let time: ImageTime

        var site: Site.ID? { deployment?.site ?? camera?.site }
    }

    /// A camera that was never heard of is added, so that one can be hung up without asking anybody first.
    ///
    /// - Throws: a 403 when the sender does not see the camera.
    func callAsFunction(
        _ delivery: Delivery,
        _ exif: ExifFacts,
        _ reading: ProfileReading,
        at now: Timestamp,
        in tx: Transaction
    ) async throws -> Placed {
        let camera = try await camera(delivery, exif, reading, at: now, in: tx)
        guard delivery.reach.sees(camera?.site) else { throw Self.foreign }
        let time = ImageTime(
            given: delivery.capturedAt,
            offset: delivery.offset,
            camera: reading.time,
            zone: camera?.zone ?? zone,
            arrival: now
        )
        var deployment: Deployment?
        if let id = delivery.deployment {
            deployment = try await deployments.deployment(id, in: tx)
        } else if let camera {
            try await deployments.lock(camera.id, in: tx)
            deployment = try await deployments.deployment(of: camera.id, at: time.moment, in: tx)
        }
        let placed = Placed(camera: camera, deployment: deployment, time: time)
        // The camera may have hung elsewhere then.
        guard delivery.reach.sees(placed.site) else { throw Self.foreign }
        return placed
    }

    /// Takes in what a video says that came when nobody could ask it, and moves it to its time where nobody knew that.
    func complete(_ image: TrapImage, _ facts: VideoFacts, _ images: ImageStore) async throws {
        try await images.database.write { tx in
            try await SettleImage.lock(image.id, in: tx)
            try await images.setFacts(facts, of: image.id, in: tx)
            guard let image = try await images.image(image.id, in: tx), image.timeSource == .arrival else { return }
            var camera: Camera?
            if let key = image.camera { camera = try await cameras.camera(key, in: tx) }
            let zone = camera?.zone ?? zone
            let time = ImageTime(given: nil, camera: facts.takenAt, zone: zone, arrival: image.capturedAt)
            guard time.source == .camera else { return }
            var deployment: Deployment?
            if let camera { deployment = try await deployments.deployment(of: camera.id, at: time.moment, in: tx) }
            try await images.setTime(Placed(camera: camera, deployment: deployment, time: time), of: image.id, in: tx)
        }
    }

    static let foreign = Problem.forbidden(
        "Pictures are taken from you for cameras of your own sites only: name one of them in camera_id."
    )

    /// The one that the sender names, else the one that a profile finds, else the one with the serial number.
    func camera(
        _ delivery: Delivery,
        _ exif: ExifFacts,
        _ reading: ProfileReading,
        at now: Timestamp,
        in tx: Transaction
    ) async throws -> Camera? {
        if let code = delivery.camera ?? reading.code {
            if let known = try await cameras.camera(code: code, in: tx) { return known }
            return try await add(code, exif, reading, delivery.reach, at: now, in: tx)
        }
        guard let serial = reading.serial else { return nil }
        if let known = try await cameras.camera(serial: serial, make: exif.make, in: tx) { return known }
        guard let code = Camera.code(from: exif.make, exif.model, serial) else { return nil }
        return try await add(code, exif, reading, delivery.reach, at: now, in: tx)
    }

    private func add(
        _ code: String,
        _ exif: ExifFacts,
        _ reading: ProfileReading,
        _ reach: Reach,
        at now: Timestamp,
        in tx: Transaction
    ) async throws -> Camera? {
        // Whoever sees some sites alone would add cameras that they do not see.
        guard reach.sites == nil else { return nil }
        // Its first pictures may come at once.
        try await tx.lock("camera \(code)")
        if let known = try await cameras.camera(code: code, in: tx) { return known }
        let camera = Camera(
            id: .next(at: now),
            code: code,
            name: code,
            site: nil,
            location: reading.location,
            zone: zone,
            make: exif.make,
            model: exif.model,
            serial: reading.serial,
            createdAt: now,
            lastContactAt: now,
            lastImageAt: nil,
            imageCount: 0
        )
        try await cameras.insert(camera, in: tx)
        return camera
    }
}

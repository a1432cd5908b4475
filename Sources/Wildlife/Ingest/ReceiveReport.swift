import Core
import Database
import HTTPServer
import Imaging

/// Takes a report of a camera, a small text file: its values become the camera's condition, and the file is used up.
struct ReceiveReport: Sendable {
    let place: PlaceImage
    let profiles: CameraProfiles
    let pool: WorkPool
    let clock: WallClock

    private static let longest = 65_536

    /// The camera that the report is about; `nil` for a file that is no text by its name.
    ///
    /// - Throws: a 400 for a text that no profile knows, or that tells nothing; a 403 about the camera.
    func callAsFunction(_ delivery: Delivery) async throws -> Camera? {
        guard ReportText.isText(delivery.filename) else { return nil }
        try delivery.checkCamera()
        guard case .picture(let bytes) = delivery.content else { return nil }
        guard bytes.count <= Self.longest else {
            throw Problem.badRequest("It is a text of more than \(Self.longest >> 10) kB: no camera reports so much.")
        }
        let sample = delivery.sample(report: ReportText.text(bytes))
        let book = try await profiles.book()
        let found = try await pool.run { book.read(sample) }
        await profiles.note(found.troubles, on: delivery.filename)
        guard let profile = found.profile else {
            throw Problem.badRequest("It is a text, and no camera profile knows it as a report.")
        }
        guard found.hasCondition else {
            throw Problem.badRequest(
                "The camera profile \(profile) takes it for a report, and finds neither battery, temperature nor storage in it."
            )
        }
        return try await keep(delivery, found)
    }

    private func keep(_ delivery: Delivery, _ found: ProfileReading) async throws -> Camera {
        let now = clock.now()
        return try await place.cameras.database.write { tx in
            guard let camera = try await place.camera(delivery, ExifFacts(), found, at: now, in: tx) else {
                throw Problem.badRequest(
                    "Nothing tells whose report it is: name the camera, or have the profile find it."
                )
            }
            guard delivery.reach.sees(camera.site) else { throw PlaceImage.foreign }
            let time = ImageTime(given: delivery.capturedAt, camera: found.time, zone: camera.zone, arrival: now)
            try await place.cameras.heard(of: camera.id, at: now, in: tx)
            let condition = CameraCondition(found, at: time.moment, now: now)
            try await place.cameras.set(condition, of: camera.id, in: tx)
            return try await place.cameras.camera(camera.id, in: tx) ?? camera
        }
    }
}

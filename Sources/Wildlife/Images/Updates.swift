import Core
import Database

/// Tells pages that are open what happens to pictures.
struct Updates: Sendable {
    enum Event: String, CaseIterable, Codable, Sendable {
        case imageIngested = "image_ingested"
        case detectionComplete = "detection_complete"
        case classificationComplete = "classification_complete"
        case imageFailed = "image_failed"
        case imageReviewed = "image_reviewed"
    }

    /// What a page is told.
    struct Update: Codable, Sendable {
        let event: Event
        let image: TrapImage.ID
        let camera: Camera.ID?
        let site: Site.ID?
        let filename: String
        let contents: TrapImage.Contents
        let species: [String]
    }

    static let topic: SignalTopic = "wildlife.updates"
    let signals: any SignalBus

    func tell(_ event: Event, of image: TrapImage, species: [String] = [], in tx: Transaction) async throws {
        let update = Update(
            event: event,
            image: image.id,
            camera: image.camera,
            site: image.site,
            filename: image.filename,
            contents: image.contents,
            species: Array(species.prefix(10))
        )
        try await signals.publish(JSON.encode(update), to: Self.topic, with: tx)
    }
}

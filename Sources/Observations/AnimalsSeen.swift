package import Core

/// A picture shows species that it did not show before, by the word of a model or of a person.
package struct AnimalsSeen: Fact {
    package static let name = "animals-seen"

    package struct Species: Hashable, Codable, Sendable {
        package let name: String
        /// 0…1; a person is sure.
        package let confidence: Double
        package let individuals: Int

        package init(name: String, confidence: Double, individuals: Int) {
            self.name = name
            self.confidence = confidence
            self.individuals = individuals
        }
    }

    package let image: UUIDv7
    /// `nil` when nobody knows where the picture is from.
    package let camera: CameraReference?
    package let site: UUIDv7?
    package let capturedAt: Timestamp
    package let uploadedAt: Timestamp
    package let species: [Species]
    /// Whether people or vehicles are on it, whom not everybody may see.
    package let showsBystanders: Bool

    package init(
        image: UUIDv7,
        camera: CameraReference?,
        site: UUIDv7?,
        capturedAt: Timestamp,
        uploadedAt: Timestamp,
        species: [Species],
        showsBystanders: Bool
    ) {
        self.image = image
        self.camera = camera
        self.site = site
        self.capturedAt = capturedAt
        self.uploadedAt = uploadedAt
        self.species = species
        self.showsBystanders = showsBystanders
    }
}

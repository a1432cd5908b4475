import Core
import Database

/// Pictures that a camera took one after the other, each within a short time of the one before.
struct Bursts: Sendable {
    let images: ImageStore
    /// The longest pause within a burst.
    let pause: Duration

    /// The pictures of a burst in their order, the one that was asked for among them; those that belong to no camera are alone.
    ///
    /// At most `most` of them to either side.
    func burst(of image: TrapImage, within most: Int = 200, in reader: DatabaseReader) async throws -> [TrapImage] {
        guard let camera = image.camera else { return [image] }
        let earlier = try await side(of: image, camera, "<", "DESC", most, in: reader)
        let later = try await side(of: image, camera, ">", "ASC", most, in: reader)
        return chain(image, earlier).reversed() + [image] + chain(image, later)
    }

    private func side(
        of image: TrapImage,
        _ camera: Camera.ID,
        _ sign: String,
        _ direction: String,
        _ most: Int,
        in reader: DatabaseReader
    ) async throws -> [TrapImage] {
        try await reader.query(
            """
            SELECT * FROM image WHERE camera_id = $1 AND (captured_at, id) \(sign) ($2, $3)
            ORDER BY captured_at \(direction), id \(direction) LIMIT \(most)
            """,
            [.id(camera), .timestamp(image.capturedAt), .id(image.id)]
        ).map(TrapImage.init)
    }

    /// As far as no pause is too long.
    private func chain(_ image: TrapImage, _ others: [TrapImage]) -> [TrapImage] {
        var last = image.capturedAt
        return Array(
            others.prefix { other in
                let gap = other.capturedAt > last ? other.capturedAt - last : last - other.capturedAt
                last = other.capturedAt
                return gap <= pause
            }
        )
    }
}

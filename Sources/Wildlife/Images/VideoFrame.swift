import Core
import Database

/// A frame of a video that was kept: one of those that tell most.
struct VideoFrame: Hashable, Sendable {
    /// In the order of how much they tell; the first is the video's poster.
    let position: Int
    let seconds: Double
    let objectKey: String
    /// A copy on which nobody can be recognised, where anybody was found in the video.
    let veiledKey: String?
}

/// Keeps frames in the table `video_frame`.
struct VideoFrameStore: Sendable {
    /// Puts the frames of a reading in the place of those of an earlier one.
    func replace(_ frames: [VideoFrame], of image: TrapImage.ID, in tx: Transaction) async throws {
        try await tx.execute("DELETE FROM video_frame WHERE image_id = $1", [.id(image)])
        for frame in frames {
            try await tx.execute(
                """
                INSERT INTO video_frame (image_id, position, seconds, object_key, veiled_key)
                VALUES ($1, $2, $3, $4, $5)
                """,
                [
                    .id(image), .integer(Int64(frame.position)), .real(frame.seconds), .text(frame.objectKey),
                    SQLValue(frame.veiledKey),
                ]
            )
        }
    }

    /// In the order of the video.
    func frames(of image: TrapImage.ID, in reader: DatabaseReader) async throws -> [VideoFrame] {
        try await reader.query("SELECT * FROM video_frame WHERE image_id = $1 ORDER BY seconds", [.id(image)]).map {
            VideoFrame(
                position: try $0["position"],
                seconds: try $0["seconds"],
                objectKey: try $0["object_key"],
                veiledKey: try $0["veiled_key"]
            )
        }
    }
}

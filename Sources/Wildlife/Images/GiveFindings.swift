import Core
import Database
import JobQueue

/// Puts what another program found on a picture in the place of what the detector did; the detector is not asked again.
struct GiveFindings: Sendable {
    let images: ImageStore
    let findings: FindingStore
    let queue: JobQueue

    /// The picture is read once more, because people and vehicles have to be veiled; whoever calls holds its lock and
    /// settles it.
    ///
    /// - Returns: the picture, waiting to be read.
    func callAsFunction(
        _ found: [Finding],
        by program: String,
        to image: TrapImage,
        in tx: Transaction
    ) async throws -> TrapImage {
        var image = image
        image.givenBy = program
        image.status = .pending
        image.cause = nil
        try await findings.replace(found, of: image, in: tx)
        try await images.setGivenBy(program, of: image.id, in: tx)
        try await queue.enqueue(ReadImage.kind, image.id, priority: .bulk, in: tx)
        return image
    }
}

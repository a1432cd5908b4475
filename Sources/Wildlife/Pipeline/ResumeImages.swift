import Core
import Database
import JobQueue

/// Has pictures read that wait for a detector, and videos that wait for ffmpeg, once there is one.
struct ResumeImages: Service {
    let name = "waiting pictures"
    let images: ImageStore
    let detect: DetectAnimals
    let check: CheckFile
    let queue: JobQueue
    let log: Log

    private static let pause = Duration.seconds(10)
    private static let atOnce = 500

    func run() async throws {
        while !Task.isCancelled {
            if detect.isReady {
                do {
                    let count = try await resume()
                    if count > 0 { log.info("waiting pictures are read", ["count": .integer(Int64(count))]) }
                    if count == Self.atOnce { continue }
                } catch is CancellationError {
                    return
                } catch {
                    log.warning("waiting pictures cannot be looked up", ["reason": .string("\(error)")])
                }
            }
            try await Task.sleep(for: Self.pause)
        }
    }

    /// How many were put into the queue.
    func resume() async throws -> Int {
        let withVideos = check.canReadVideos
        return try await images.database.write { tx in
            try await tx.lock("waiting pictures")
            let waiting = try await images.takeWaiting(withVideos: withVideos, limit: Self.atOnce, in: tx)
            try await queue.enqueue(ReadImage.kind, each: waiting, priority: .bulk, in: tx)
            return waiting.count
        }
    }
}

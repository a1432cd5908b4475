import HTTPServer
import Imaging

/// Takes whatever a camera sends, whichever door it came through: pictures, and reports of how the camera is.
struct ReceiveFile: Sendable {
    let image: ReceiveImage
    let report: ReceiveReport

    enum Outcome: Sendable {
        case picture(Receipt)
        /// Of the camera as it is now.
        case report(Camera)
    }

    /// - Throws: as `ReceiveImage` and `ReceiveReport`; `refusal(_:)` tells which of it is the file's own fault.
    func callAsFunction(_ delivery: Delivery) async throws -> Outcome {
        if let camera = try await report(delivery) { return .report(camera) }
        return .picture(try await image(delivery))
    }

    /// Why the file itself cannot be taken; `nil` for a fault that has nothing to do with it.
    static func refusal(_ error: any Error) -> String? {
        switch error {
        case let fault as PictureFault: "\(fault)"
        case let problem as Problem where problem.status < 500: problem.detail
        default: nil
        }
    }
}

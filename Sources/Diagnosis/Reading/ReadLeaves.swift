import Core
import HTTPServer
import Imaging

/// Reads several pictures side by side; one that is no picture spoils only its own place.
struct ReadLeaves: Sendable {
    let read: ReadLeaf

    func callAsFunction(
        _ pictures: [[UInt8]],
        options: ReadingOptions
    ) async throws -> [Result<LeafReading, PictureProblem>] {
        try await withThrowingTaskGroup(of: (Int, Result<LeafReading, PictureProblem>).self) { group in
            for (index, bytes) in pictures.enumerated() {
                group.addTask { (index, try await outcome(of: bytes, options)) }
            }
            var outcomes = [Result<LeafReading, PictureProblem>?](repeating: nil, count: pictures.count)
            for try await (index, outcome) in group { outcomes[index] = outcome }
            return outcomes.compactMap(\.self)
        }
    }

    private func outcome(
        of bytes: [UInt8],
        _ options: ReadingOptions
    ) async throws -> Result<LeafReading, PictureProblem> {
        do {
            return .success(try await read(bytes, options: options))
        } catch let fault as PictureFault {
            return .failure(PictureProblem(fault))
        }
    }
}

extension PictureProblem {
    /// What the picture alone would have been answered.
    init(_ fault: PictureFault) {
        let problem = (fault as any Error as? any ClientFacing)?.problem
        self.init(status: problem?.status ?? 400, message: problem?.detail ?? fault.description)
    }
}

import Core
import Imaging
import ObjectStore

/// A frame of a video and what was found on it.
struct VideoSample: Sendable {
    let seconds: Double
    /// As a JPEG.
    let bytes: [UInt8]
    var findings: [Finding] = []

    /// The surest of what tells most: an animal above a person above a vehicle.
    fileprivate var weight: (rank: Int, confidence: Double) {
        let counted = findings.filter { $0.ignored == nil }
        let rank = [Finding.Category.vehicle, .person, .animal].lastIndex { kind in
            counted.contains { $0.category == kind }
        }
        guard let rank else { return (-1, 0) }
        return (rank, counted.map(\.confidence).max() ?? 0)
    }
}

/// Takes frames out of a video, evenly over its length.
struct SampleVideo: Sendable {
    let objects: any ObjectStore
    let spool: VideoSpool
    let check: CheckFile
    /// At most so many.
    let most: Int

    struct Samples: Sendable {
        let facts: VideoFacts
        let frames: [VideoSample]
    }

    /// - Returns: what the video says of itself with its frames; `nil` while ffmpeg is not installed.
    /// - Throws: `PictureFault` when it cannot be read.
    func callAsFunction(_ image: TrapImage) async throws -> Samples? {
        guard let reader = VideoReader.find(in: check.programs) else { return nil }
        guard let format = VideoFormat.named(byMediaType: image.mediaType) else {
            throw PictureFault.brokenVideo("its format is not known")
        }
        let (path, held) = try await spool.file(of: ObjectKey(image.objectKey), in: objects)
        // What is not a file of the store is one as long as somebody holds it.
        defer { withExtendedLifetime(held) {} }
        let facts = try await reader.facts(of: path, format)
        var frames: [VideoSample] = []
        for moment in facts.moments(most: most) {
            guard let bytes = try await reader.frame(of: path, format, at: moment) else { continue }
            frames.append(VideoSample(seconds: moment, bytes: bytes))
        }
        guard !frames.isEmpty else { throw PictureFault.brokenVideo("none of its frames can be read") }
        return Samples(facts: facts, frames: frames)
    }
}

extension [VideoSample] {
    private static let mostKept = 5
    private static let ofNothing = 3

    /// Those that tell most: the best of all, then the surest of each species and kind; of a video that shows nothing,
    /// its beginning, middle and end.
    ///
    /// - Returns: positions, the best first.
    var best: [Int] {
        let ranked = indices.sorted {
            self[$0].weight > self[$1].weight || (self[$0].weight == self[$1].weight && $0 < $1)
        }
        guard let first = ranked.first else { return [] }
        guard self[first].weight.rank >= 0 else {
            var chosen: [Int] = []
            for index in [count / 2, 0, count - 1] where !chosen.contains(index) { chosen.append(index) }
            return [Int](chosen.prefix(Self.ofNothing))
        }
        var surest: [String: (index: Int, confidence: Double)] = [:]
        for index in indices {
            for finding in self[index].findings where finding.ignored == nil {
                let kind = finding.category == .animal ? finding.species : "\(finding.category)"
                if finding.confidence > surest[kind]?.confidence ?? -1 { surest[kind] = (index, finding.confidence) }
            }
        }
        let others = surest.sorted { ($1.value.confidence, $0.key) < ($0.value.confidence, $1.key) }.map(\.value.index)
        var chosen = [first]
        for index in others where !chosen.contains(index) { chosen.append(index) }
        return [Int](chosen.prefix(Self.mostKept))
    }

    /// All that was found, the frames that were kept first.
    func findings(keeping best: [Int]) -> [Finding] {
        let order = best + indices.filter { !best.contains($0) }
        let all = order.flatMap { index in
            self[index].findings.map { finding in
                var finding = finding
                finding.frameSeconds = self[index].seconds
                return finding
            }
        }
        return all.enumerated().map { position, finding in
            var finding = finding
            finding.position = position
            return finding
        }
    }
}

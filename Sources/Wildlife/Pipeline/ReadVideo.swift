import Core
import Imaging
import Inference
import ObjectStore

/// What came of the reading of a video.
struct VideoReading: Sendable {
    let findings: [Finding]
    let frames: [VideoFrame]
    /// The poster's copies on which nobody can be recognised.
    let veiled: SheetKeys?
}

/// Where the small copies of a picture lie.
struct SheetKeys: Sendable {
    let thumbnail: ObjectKey
    let preview: ObjectKey

    init(_ digest: SHA256, isVeiled: Bool = false) throws {
        let name = isVeiled ? "\(digest)-veiled.jpg" : "\(digest).jpg"
        thumbnail = try ObjectKey("\(ReadImage.thumbnails)\(name)")
        preview = try ObjectKey("\(ReadImage.previews)\(name)")
    }

    func put(_ sheets: Sheets, into objects: any ObjectStore) async throws {
        try await objects.put(thumbnail, bytes: sheets.thumbnail)
        try await objects.put(preview, bytes: sheets.preview)
    }
}

/// Reads a video: finds what is on its frames, and keeps those that tell most.
struct ReadVideo: Sendable {
    static let frames = "frames/"

    let sample: SampleVideo
    let detect: DetectAnimals
    let images: ImageStore
    let place: PlaceImage
    let objects: any ObjectStore
    let decoding: WorkPool

    enum Outcome: Sendable {
        case read(VideoReading)
        /// What it waits for.
        case waits(String)
    }

    /// - Throws: `PictureFault` when it cannot be read.
    func callAsFunction(_ image: TrapImage) async throws -> Outcome {
        guard let samples = try await sample(image) else {
            return .waits("Videos are read once ffmpeg is there: \(VideoReader.cure)")
        }
        if image.seconds == nil { try await place.complete(image, samples.facts, images) }
        var frames = samples.frames
        do {
            for index in frames.indices {
                let bytes = frames[index].bytes
                let picture = try await decoding.run { try Sheets(of: bytes).picture }
                frames[index].findings = try await detect(picture, of: bytes)
            }
        } catch let fault as ModelFault {
            try await putPoster(frames[frames.count / 2], of: image)
            return .waits(fault.message)
        }
        let best = frames.best
        let findings = frames.findings(keeping: best)
        let isVeiled = findings.contains { $0.category != .animal }
        try await putPoster(frames[best[0]], of: image)
        var kept: [VideoFrame] = []
        for (position, index) in best.enumerated() {
            kept.append(try await keep(frames[index], at: position, of: image, isVeiled: isVeiled))
        }
        return .read(
            VideoReading(
                findings: findings,
                frames: kept,
                veiled: isVeiled ? try await veil(frames[best[0]], of: image) : nil
            )
        )
    }

    private func putPoster(_ frame: VideoSample, of image: TrapImage) async throws {
        let sheets = try await decoding.run { try Sheets(of: frame.bytes) }
        let keys = try SheetKeys(image.digest)
        try await keys.put(sheets, into: objects)
        try await images.setSheets(
            of: image.id,
            thumbnail: keys.thumbnail.description,
            preview: keys.preview.description
        )
    }

    private func veil(_ frame: VideoSample, of image: TrapImage) async throws -> SheetKeys {
        let sheets = try await veiled(frame)
        let keys = try SheetKeys(image.digest, isVeiled: true)
        try await keys.put(sheets, into: objects)
        return keys
    }

    private func veiled(_ frame: VideoSample) async throws -> Sheets {
        try await decoding.run { try Sheets(of: Sheets(of: frame.bytes).picture.veiling(frame.findings.bystanders)) }
    }

    private func keep(
        _ frame: VideoSample,
        at position: Int,
        of image: TrapImage,
        isVeiled: Bool
    ) async throws -> VideoFrame {
        let key = try ObjectKey("\(Self.frames)\(image.digest)-\(position).jpg")
        let sheets = try await decoding.run { try Sheets(of: frame.bytes) }
        try await objects.put(key, bytes: sheets.preview)
        var veiledKey: ObjectKey?
        if isVeiled {
            let name = try ObjectKey("\(Self.frames)\(image.digest)-\(position)-veiled.jpg")
            try await objects.put(name, bytes: veiled(frame).preview)
            veiledKey = name
        }
        return VideoFrame(
            position: position,
            seconds: frame.seconds,
            objectKey: key.description,
            veiledKey: veiledKey?.description
        )
    }
}

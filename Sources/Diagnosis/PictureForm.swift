import HTTPServer

/// The forms in which pictures come: the field names of the old services and ours, and what may be wrong with them.
enum PictureForm {
    /// Pictures of one plant in one call.
    static let most = 5
    /// Pictures in one batch.
    static let mostInBatch = 100
    /// Pictures of a batch that are read at once.
    private static let width = 4

    static let single = [file("file", isRepeated: false), file("image", isRepeated: false)]
    static let few = [file("file"), file("image"), file("images"), file("files")] + context
    static let many = [file("files"), file("file")]

    static let problems: [Answer] = [
        .problem(400, "The file is no picture, broken, or smaller than 50 pixels."),
        .problem(413, "The file or its picture is too large."),
        .problem(415, "Pictures of this format are not enabled here; the message says how to enable them."),
        .problem(503, "The model is not on duty, or too much work waits; the message says what to do."),
    ]

    private static let context: [MultipartField] = [
        .field("location", "Where the plant stands; kept with nobody."),
        .field("plant_type", "What you think it is; not used to decide."),
        .field("taken_at", "When the picture was taken."),
    ]

    private static func file(_ name: String, isRepeated: Bool = true) -> MultipartField {
        .file(
            name,
            "A picture: JPEG, PNG, WebP, TIFF, and HEIC or AVIF where enabled.",
            isRequired: false,
            isRepeated: isRepeated
        )
    }

    /// The one picture of a form.
    static func one(of request: Request, limit: Int) async throws -> [UInt8] {
        try await request.form(maxFiles: 1, maxFileBytes: limit).file("file", "image").bytes
    }

    /// One to five pictures of one plant.
    static func several(of request: Request, limit: Int) async throws -> [[UInt8]] {
        let files = try await request.form(maxFiles: most, maxFileBytes: limit).files
        let names = Set(few.map(\.name))
        if let stranger = files.first(where: { !names.contains($0.name) }) {
            throw Problem.unprocessable(["body", stranger.name], "is no field for pictures here; use file")
        }
        guard !files.isEmpty else {
            throw Problem.unprocessable(["body", "file"], "is missing: send one to \(most) files", type: "missing")
        }
        return files.map(\.bytes)
    }

    /// Reads a batch as it arrives, a few pictures at a time: the whole of it is never in memory.
    ///
    /// A picture that cannot be read has its own entry; the others are not affected.
    static func each(
        of request: Request,
        limit: Int,
        _ read: @escaping @Sendable ([UInt8]) async throws -> PredictionAnswer
    ) async throws -> [BatchEntry] {
        try await withThrowingTaskGroup(of: (Int, BatchEntry).self) { group in
            var entries: [Int: BatchEntry] = [:]
            var count = 0
            var running = 0
            try await request.multipart { head, part in
                guard head.filename != nil else { return }
                guard count < mostInBatch else {
                    throw Problem.unprocessable(["body", head.name], "is one file too many: at most \(mostInBatch)")
                }
                let index = count
                count += 1
                let bytes: [UInt8]
                do {
                    bytes = try await part.collect(upTo: limit)
                } catch let problem as Problem where problem.status == 413 {
                    entries[index] = BatchEntry(.failure(.init(status: 413, message: problem.detail)))
                    return
                }
                if running == width, let (done, entry) = try await group.next() {
                    entries[done] = entry
                    running -= 1
                }
                running += 1
                group.addTask { (index, try await entry(for: bytes, read)) }
            }
            for try await (done, entry) in group { entries[done] = entry }
            guard count > 0 else {
                throw Problem.unprocessable(["body", "files"], "is missing: send at least one file", type: "missing")
            }
            return (0..<count).compactMap { entries[$0] }
        }
    }

    private static func entry(
        for bytes: [UInt8],
        _ read: @Sendable ([UInt8]) async throws -> PredictionAnswer
    ) async throws -> BatchEntry {
        do {
            return BatchEntry(.success(try await read(bytes)))
        } catch let error as any ClientFacing where error.problem.status < 500 {
            return BatchEntry(.failure(.init(status: error.problem.status, message: error.problem.detail)))
        }
    }
}

import Accounts
import Core
import Database
import FoundationEssentials
import HTTPServer
import Imaging
import ObjectStore

/// Keeps what could not be taken, with the reason, until somebody has it tried again or removes it.
struct Quarantine: Sendable {
    static let folder = "quarantine/"

    let store: QuarantineStore
    let objects: any ObjectStore
    let receive: ReceiveFile
    let spool: VideoSpool
    let limits: ByteLimits
    let audit: AuditLog
    let clock: WallClock

    /// When it returns the file's content and the row are on the disk.
    func keep(_ delivery: Delivery, fileAt path: String, size: Int64, reason: String) async throws {
        let now = clock.now()
        let id = RejectedFile.ID.next(at: now)
        let key = try ObjectKey("\(Self.folder)\(id)")
        let file = LocalFile(path: path).content(size: size, key: key, at: now)
        try await objects.put(key, file.pieces, limit: size, expecting: nil)
        try await store.insert(
            RejectedFile(
                id: id,
                filename: PlainText.clean(delivery.filename, limit: 200),
                objectKey: key.description,
                bytes: Int(size),
                camera: delivery.camera.flatMap { Camera.isCode($0) ? $0 : nil },
                owner: delivery.owner,
                door: delivery.door,
                reason: reason,
                receivedAt: now
            )
        )
    }

    /// Takes the file after all.
    ///
    /// - Throws: a 404 for one that is not there; `PictureFault` when it still is no picture, a 400 when it still is no report.
    func retry(_ id: RejectedFile.ID, _ caller: WildlifeCaller) async throws -> ReceiveFile.Outcome {
        let file = try await file(id)
        let content = try await content(of: file)
        let outcome = try await receive(
            Delivery(
                filename: file.filename,
                content: content,
                door: file.door,
                camera: file.camera,
                owner: file.owner,
                reach: caller.reach
            )
        )
        try await forget(file, "quarantine.retried", caller)
        return outcome
    }

    /// The file as it came; that somebody took it is written down.
    func content(_ id: RejectedFile.ID, _ caller: WildlifeCaller) async throws -> (RejectedFile, ObjectContent) {
        let file = try await file(id)
        let content = try await objects.get(ObjectKey(file.objectKey))
        try await audit.write(
            AuditEntry("quarantine.read", by: caller, on: "rejected file \(id)")
        )
        return (file, content)
    }

    private func content(of file: RejectedFile) async throws -> DeliveredContent {
        let key = try ObjectKey(file.objectKey)
        let size = Int64(file.bytes)
        var head: [UInt8] = []
        for try await piece in try await objects.get(key, range: 0..<min(size, Int64(VideoFormat.headLength))).pieces {
            head += piece
        }
        let format = VideoFormat.detect(head)
        try limits.check(size, format)
        guard let format else { return .picture(try await objects.bytes(of: key, limit: Int64(limits.picture))) }
        let (path, held) = try await spool.file(of: key, in: objects)
        return .video(VideoFile(file: LocalFile(path: path), size: size, format: format, spool: held))
    }

    func remove(_ id: RejectedFile.ID, _ caller: WildlifeCaller) async throws {
        try await forget(try await file(id), "quarantine.removed", caller)
    }

    private func file(_ id: RejectedFile.ID) async throws -> RejectedFile {
        guard let file = try await store.file(id) else {
            throw Problem.notFound("There is no rejected file with this key.")
        }
        return file
    }

    private func forget(_ file: RejectedFile, _ action: String, _ caller: WildlifeCaller) async throws {
        try await store.database.write { tx in
            try await store.remove(file.id, in: tx)
            let entry = AuditEntry(action, by: caller, on: "rejected file \(file.id)")
            try await audit.write(entry, in: tx)
        }
        // What fails is left to the sweep of orphans.
        try? await objects.delete(ObjectKey(file.objectKey))
    }
}

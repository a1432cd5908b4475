import Accounts
import Core
import Database
import FoundationEssentials
import HTTPServer
import Imaging
import ObjectStore

/// A file that came by a door at which nobody waits for an answer, and is no whole picture.
struct RejectedFile: Hashable, Sendable {
    typealias ID = Identifier<RejectedFile>

    let id: ID
    let filename: String
    let objectKey: String
    let bytes: Int
    /// The code of the camera.
    let camera: String?
    let owner: String?
    let door: Delivery.Door
    let reason: String
    let receivedAt: Timestamp
}

/// Keeps what could not be taken, with the reason, until somebody has it tried again or removes it.
struct Quarantine: Sendable {
    static let folder = "quarantine/"
    static let order = PageOrder.descending(.init("id", .uuid))

    let database: Database
    let objects: any ObjectStore
    let receive: ReceiveImage
    let audit: AuditLog
    let clock: WallClock

    /// When it returns the file's content and the row are on the disk.
    func keep(_ delivery: Delivery, fileAt path: String, size: Int64, reason: String) async throws {
        let now = clock.now()
        let id = RejectedFile.ID.next(at: now)
        let key = try ObjectKey("\(Self.folder)\(id)")
        if delivery.bytes.isEmpty {
            let file = LocalFile(path: path).content(size: size, key: key, at: now)
            try await objects.put(key, file.pieces, limit: size, expecting: nil)
        } else {
            try await objects.put(key, bytes: delivery.bytes)
        }
        try await database.execute(
            """
            INSERT INTO quarantine (id, filename, object_key, bytes, camera, owner, door, reason, received_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            [
                .id(id), .text(PlainText.clean(delivery.filename, limit: 200)), .text(key.description), .integer(size),
                SQLValue(delivery.camera.flatMap { Camera.isCode($0) ? $0 : nil }), SQLValue(delivery.owner),
                .text(delivery.door.rawValue), .text(reason),
                .timestamp(now),
            ]
        )
    }

    func page(after place: PagePlace?, limit: Int) async throws -> (files: [RejectedFile], next: PagePlace?) {
        try await database.read { reader in
            let page = try await reader.page("SELECT * FROM quarantine", in: Self.order, after: place, limit: limit)
            return (try page.rows.map(RejectedFile.init), page.next)
        }
    }

    /// Takes the file after all.
    ///
    /// - Throws: a 404 for one that is not there; `PictureFault` when it still is no picture.
    func retry(_ id: RejectedFile.ID, byteLimit: Int, _ caller: WildlifeCaller) async throws -> Receipt {
        let file = try await file(id)
        guard file.bytes <= byteLimit else { throw Problem.tooLarge(byteLimit) }
        let bytes = try await objects.bytes(of: ObjectKey(file.objectKey), limit: Int64(byteLimit))
        let receipt = try await receive(
            Delivery(
                filename: file.filename,
                bytes: bytes,
                door: file.door,
                camera: file.camera,
                owner: file.owner,
                reach: caller.reach
            )
        )
        try await forget(file, "quarantine.retried", caller)
        return receipt
    }

    func remove(_ id: RejectedFile.ID, _ caller: WildlifeCaller) async throws {
        try await forget(try await file(id), "quarantine.removed", caller)
    }

    private func file(_ id: RejectedFile.ID) async throws -> RejectedFile {
        let row = try await database.query("SELECT * FROM quarantine WHERE id = $1", [.id(id)]).first
        guard let row else { throw Problem.notFound("There is no rejected file with this key.") }
        return try RejectedFile(row)
    }

    private func forget(_ file: RejectedFile, _ action: String, _ caller: WildlifeCaller) async throws {
        try await database.write { tx in
            try await tx.execute("DELETE FROM quarantine WHERE id = $1", [.id(file.id)])
            let entry = AuditEntry(action, by: caller.name, on: "rejected file \(file.id)", from: caller.origin)
            try await audit.write(entry, in: tx)
        }
        // What fails is left to the sweep of orphans.
        try? await objects.delete(ObjectKey(file.objectKey))
    }
}

extension RejectedFile {
    init(_ row: Row) throws {
        self.init(
            id: try row["id"],
            filename: try row["filename"],
            objectKey: try row["object_key"],
            bytes: try row["bytes"],
            camera: try row["camera"],
            owner: try row["owner"],
            door: Delivery.Door(rawValue: try row["door"]) ?? .card,
            reason: try row["reason"],
            receivedAt: try row["received_at"]
        )
    }
}

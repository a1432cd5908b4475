import Accounts
import Archive
import Core
import Database
import HTTPServer
import JobQueue
import ObjectStore

/// Takes a file that is to be imported: when it returns, the file is on the disk, with the job that reads it.
struct AcceptImport: Sendable {
    /// Where files lie in the object store until they have been read.
    static let folder = "imports/"

    /// That wait or are under way at once.
    private static let mostUnfinished = 10

    let store: ImportStore
    let queue: JobQueue
    let objects: any ObjectStore
    let audit: AuditLog
    let clock: WallClock

    /// How large a file may be.
    static func limit(of kind: ImportRun.Kind) -> Int64 {
        switch kind {
        case .camtrapDP: RunImport.limits.archiveBytes
        case .megaDetector: 1 << 30
        }
    }

    func callAsFunction(
        _ kind: ImportRun.Kind,
        _ filename: String,
        _ content: some AsyncSequence<[UInt8], any Error>,
        _ caller: WildlifeCaller
    ) async throws -> ImportRun {
        try await demandRoom()
        let id = ImportRun.ID.next(at: clock.now())
        let key = try ObjectKey("\(Self.folder)\(id)")
        let receipt: PutReceipt
        do {
            receipt = try await objects.put(key, content, limit: Self.limit(of: kind), expecting: nil)
        } catch let fault as ObjectFault where fault.code == .tooLarge {
            throw Problem.tooLarge(Int(Self.limit(of: kind)))
        }
        do {
            guard receipt.size > 0 else { throw Problem.badRequest("The body is empty: send the file as it is.") }
            return try await keep(kind, filename, id, key, Int(receipt.size), caller)
        } catch {
            await uncancelled { [objects] in try? await objects.delete(key) }
            throw error
        }
    }

    /// An import of a file of this machine, which a command carries out itself.
    func local(
        _ kind: ImportRun.Kind,
        _ filename: String,
        bytes: Int,
        _ caller: WildlifeCaller
    ) async throws -> ImportRun {
        let run = run(.next(at: clock.now()), kind, filename, nil, bytes, caller)
        try await store.database.write { tx in
            for id in try await store.broken(run.filename, in: tx) {
                let cause = "It was broken off; a later import went on with it."
                try await store.end(id, .failed, cause: cause, at: clock.now(), in: tx)
            }
            try await store.insert(run, in: tx)
            try await audit.write(Self.entry(run, caller), in: tx)
        }
        return run
    }

    /// Forgets it; the job finds it gone, and what was taken stays.
    func remove(_ run: ImportRun, _ caller: WildlifeCaller) async throws {
        try await store.database.write { tx in
            try await store.remove(run.id, in: tx)
            let entry = AuditEntry("import.removed", by: caller.name, on: "import \(run.id)", from: caller.origin)
            try await audit.write(entry, in: tx)
        }
        guard let key = run.objectKey.flatMap({ try? ObjectKey($0) }) else { return }
        await uncancelled { [objects] in try? await objects.delete(key) }
    }

    private func demandRoom() async throws {
        let unfinished = try await store.database.read { try await store.unfinished(in: $0) }
        guard unfinished < Self.mostUnfinished else {
            throw Problem.unavailable(
                "\(unfinished) imports wait already; send this one when some are finished.",
                retryAfter: 60
            )
        }
    }

    private func run(
        _ id: ImportRun.ID,
        _ kind: ImportRun.Kind,
        _ filename: String,
        _ key: ObjectKey?,
        _ bytes: Int,
        _ caller: WildlifeCaller
    ) -> ImportRun {
        ImportRun(
            id: id,
            kind: kind,
            filename: PlainText.clean(filename, limit: 200),
            objectKey: key?.description,
            bytes: bytes,
            owner: caller.user,
            reach: caller.reach,
            createdAt: clock.now()
        )
    }

    private func keep(
        _ kind: ImportRun.Kind,
        _ filename: String,
        _ id: ImportRun.ID,
        _ key: ObjectKey,
        _ bytes: Int,
        _ caller: WildlifeCaller
    ) async throws -> ImportRun {
        let run = run(id, kind, filename, key, bytes, caller)
        try await store.database.write { tx in
            try await store.insert(run, in: tx)
            try await queue.enqueue(RunImport.kind, id, in: tx)
            try await audit.write(Self.entry(run, caller), in: tx)
        }
        return run
    }

    private static func entry(_ run: ImportRun, _ caller: WildlifeCaller) -> AuditEntry {
        AuditEntry(
            "import.begun",
            by: caller.name,
            on: "import \(run.id)",
            from: caller.origin,
            new: ["kind": run.kind.rawValue]
        )
    }
}

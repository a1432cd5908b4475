import Accounts
import Archive
import Core
import Database
import HTTPServer
import JobQueue
import ObjectStore

/// Takes a file that is to be imported: it has its row before it comes, and when this returns, the file is on the disk, with
/// the job that reads it.
struct AcceptImport: Sendable {
    /// Where files lie in the object store until they have been read.
    static let folder = "imports/"

    let store: ImportStore
    var room: ImportRoom
    let clear: ClearImport
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

    /// `length` is what the sender says, if they do; one that does not is given room while it comes.
    func callAsFunction(
        _ kind: ImportRun.Kind,
        _ filename: String,
        length: Int?,
        _ content: some AsyncSequence<[UInt8], any Error> & Sendable,
        _ caller: WildlifeCaller
    ) async throws -> ImportRun {
        let id = ImportRun.ID.next(at: clock.now())
        let key = try ObjectKey("\(Self.folder)\(id)")
        var run = run(id, kind, filename, key, length ?? 0, caller)
        run.state = .receiving
        try await room.admit(run)
        do {
            let receive = ReceiveImport(room: room, objects: objects)
            run.bytes = try await receive(run, key, content, limit: Self.limit(of: kind))
            guard run.bytes > 0 else { throw Problem.badRequest("The body is empty: send the file as it is.") }
            return try await keep(run, caller)
        } catch {
            await uncancelled { [store, objects] in
                try? await store.database.write { try await store.forgetArrival(id, in: $0) }
                try? await objects.delete(key)
            }
            throw Self.told(error, kind)
        }
    }

    private static func told(_ error: any Error, _ kind: ImportRun.Kind) -> any Error {
        switch error {
        case let fault as ObjectFault where fault.code == .tooLarge: Problem.tooLarge(Int(limit(of: kind)))
        case is ImportRemoved: Problem.conflict("Somebody removed this import while its file came.")
        default: error
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
                try await clear.order(id, in: tx)
            }
            try await store.insert(run, in: tx)
            try await audit.write(Self.entry(run, caller), in: tx)
        }
        return run
    }

    /// Forgets it; the job finds it gone, and what was taken stays.
    func remove(_ run: ImportRun, _ caller: WildlifeCaller) async throws {
        try await store.database.write { tx in
            try await store.remove(run.id, at: clock.now(), in: tx)
            try await clear.order(run.id, in: tx)
            let entry = AuditEntry("import.removed", by: caller, on: "import \(run.id)")
            try await audit.write(entry, in: tx)
        }
        guard let key = run.objectKey.flatMap({ try? ObjectKey($0) }) else { return }
        await uncancelled { [objects] in try? await objects.delete(key) }
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

    private func keep(_ run: ImportRun, _ caller: WildlifeCaller) async throws -> ImportRun {
        var whole = run
        whole.state = .waiting
        let kept = whole
        try await store.database.write { tx in
            try await store.arrive(kept, in: tx)
            try await queue.enqueue(RunImport.kind, kept.id, in: tx)
            try await audit.write(Self.entry(kept, caller), in: tx)
        }
        return kept
    }

    private static func entry(_ run: ImportRun, _ caller: WildlifeCaller) -> AuditEntry {
        AuditEntry(
            "import.begun",
            by: caller,
            on: "import \(run.id)",
            new: ["kind": run.kind.rawValue]
        )
    }
}

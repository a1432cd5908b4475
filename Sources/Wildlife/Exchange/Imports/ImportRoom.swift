import Archive
import Core
import Database
import HTTPServer
import ObjectStore

/// Keeps the files of imports within bounds before and while they come: of one person, of all, and of the disk.
struct ImportRoom: Sendable {
    struct Bounds: Sendable {
        /// That come, wait or are read at once, of one person.
        var filesOfOne = 5
        var filesOfAll = 40
        /// Of one person, together.
        var bytesOfOne = RunImport.limits.archiveBytes
        /// What the disk keeps free for everything else.
        var spareBytes = DiskSpace.spare
        /// A sender of whom nothing came for so long is given up, before the connection is.
        var silence = Duration.seconds(50)
        /// A file of which its server said nothing for so long does not come any more; clocks of servers differ.
        var absence = Duration.seconds(300)
        /// How often is written down how much has come, and after how many bytes at the latest.
        var pause = Duration.seconds(10)
        var step: Int64 = 64 << 20
    }

    let store: ImportStore
    let objects: any ObjectStore
    let clock: WallClock
    var bounds = Bounds()

    /// Makes the row of a file that is about to come, if there is room for it.
    ///
    /// - Throws: `Problem` that says which bound is reached and when to come again.
    func admit(_ run: ImportRun) async throws {
        let free = try await free()
        try await store.database.write { tx in
            // Two at once would each find the last place.
            try await tx.lock("imports")
            try await demandPlace(for: run, in: tx)
            try await demandBytes(for: run, free, in: tx)
            try await store.insert(run, in: tx)
        }
    }

    /// Writes down how much of a file has come, if there is room for the rest.
    ///
    /// - Throws: `Problem`; `ImportRemoved` when somebody has removed the import.
    func hear(of run: ImportRun) async throws {
        let free = try await free()
        try await store.database.write { tx in
            try await tx.lock("imports")
            try await store.hear(of: run, at: clock.now(), in: tx)
            try await demandBytes(for: run, free, in: tx)
        }
    }

    /// Whether the disk has no room to speak of; what is read then would take the last of it.
    func isSpent() async throws -> Bool { try await free().map { $0 < bounds.spareBytes } ?? false }

    /// An archive of a store elsewhere lies on this machine while it is read.
    ///
    /// - Throws: `ImportFault` when there is no room for it.
    func demandSpool(_ bytes: Int, in folder: String) throws {
        guard let space = DiskSpace(of: folder), space.free - Int64(bytes) < bounds.spareBytes else { return }
        throw ImportFault(
            "The server's disk has no room to read it, and nothing more was taken: make room, and send it once more."
        )
    }

    /// Before this, whoever takes a file that still comes was heard the last time.
    var lastHeard: Timestamp { clock.now() - bounds.absence }

    /// `nil` for a store that has no end.
    private func free() async throws -> Int64? { try await objects.probe().freeBytes }

    private func demandPlace(for run: ImportRun, in tx: Transaction) async throws {
        let own = try await store.use(of: .one(run.owner), heardAfter: lastHeard, in: tx)
        guard own.files < bounds.filesOfOne else {
            throw Problem.tooManyRequests(
                "\(own.files) of your imports come or wait already; send this one when some of them are finished.",
                retryAfter: 60
            )
        }
        let all = try await store.use(of: .everybody, heardAfter: lastHeard, in: tx)
        guard all.files < bounds.filesOfAll else {
            throw Problem.unavailable(
                "\(all.files) imports come or wait already; send this one when some of them are finished.",
                retryAfter: 60
            )
        }
    }

    /// The row of the import counts itself once it is there.
    private func demandBytes(for run: ImportRun, _ free: Int64?, in tx: Transaction) async throws {
        let own = try await store.use(of: .one(run.owner), heardAfter: lastHeard, in: tx)
        let isCounted = try await store.run(run.id, in: tx) != nil
        guard own.bytes + (isCounted ? 0 : Int64(run.bytes)) <= bounds.bytesOfOne else {
            throw Problem.tooManyRequests(
                "Your imports that come or wait are \(bounds.bytesOfOne >> 20) MB together, which is the most for one "
                    + "person; send this one when some of them are finished.",
                retryAfter: 60
            )
        }
        guard let free else { return }
        let promised = try await store.promised(besides: run.id, heardAfter: lastHeard, in: tx)
        guard free - promised - Int64(run.bytes - run.done) >= bounds.spareBytes else {
            throw Problem(
                507,
                "storage-full",
                "The server's disk has no room for this file: nothing of it was kept. Send it again when other imports are "
                    + "finished, or tell the server's keeper.",
                headers: [("Retry-After", "300")]
            )
        }
    }
}

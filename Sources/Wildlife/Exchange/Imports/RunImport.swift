import Accounts
import Archive
import Core
import Database
import JobQueue
import ObjectStore

/// Carries an import out, in the queue or for a command: whatever ends the program, it goes on where it was.
struct RunImport: Sendable {
    static let kind = JobKind<ImportRun.ID>(
        "wildlife.import",
        JobPolicy(width: 1, timeLimit: .seconds(12 * 3_600), retries: [.seconds(10), .seconds(60), .seconds(300)])
    )

    /// As many pictures as a project has, and no more than a disk holds.
    static let limits = ZipLimits(
        entries: 1_100_000,
        entryBytes: 4 << 30,
        totalBytes: 256 << 30,
        archiveBytes: 64 << 30
    )

    let store: ImportStore
    let check: CheckImport
    let clear: ClearImport
    let camtrap: ImportCamtrapDP
    let megaDetector: ImportMegaDetector
    let objects: any ObjectStore
    let audit: AuditLog
    let clock: WallClock
    /// For archives that come from a store elsewhere.
    let spoolFolder: String

    /// `file` is where the file lies, when it is no object; `job` is ended together with the import.
    ///
    /// - Throws: what another attempt may mend; all else is the import's end, and told by it.
    func callAsFunction(_ id: ImportRun.ID, file: String? = nil, _ job: JobContext? = nil) async throws {
        guard var run = try await store.begin(id) else { return }
        var report = ImportReport()
        do {
            try await check(&run)
            switch run.kind {
            case .camtrapDP:
                let content = run
                try await camtrap(&run, &report) { try await open(content, file) }
            case .megaDetector:
                let content = run
                try await megaDetector(&run, &report) { try await self.content(of: content, file) }
            }
            try await end(run, .finished, cause: nil, report, job)
        } catch let fault as ImportFault {
            try await end(run, .failed, cause: "\(fault)", report, job)
        } catch let fault as ZipFault where fault.code != .full && fault.code != .other {
            try await end(run, .failed, cause: "Nothing more can be taken from the file: \(fault).", report, job)
        } catch let fault as ObjectFault where fault.code == .notFound {
            try await end(run, .failed, cause: "The file is not there any more: send it once more.", report, job)
        } catch is ImportRemoved {
            await discard(run)
        }
    }

    /// What no attempt could do ends as failed, with the reason.
    func giveUp(_ id: ImportRun.ID, _ cause: String, in tx: Transaction) async throws {
        try await store.end(id, .failed, cause: cause, at: clock.now(), in: tx)
        try await clear.order(id, in: tx)
    }

    private func content(of run: ImportRun, _ file: String?) async throws -> ObjectContent {
        let key = try ObjectKey(run.objectKey ?? "\(AcceptImport.folder)\(run.id)")
        guard let file else { return try await objects.get(key) }
        return LocalFile(path: file).content(size: Int64(run.bytes), key: key, at: run.createdAt)
    }

    private func open(_ run: ImportRun, _ file: String?) async throws -> ZipReader {
        if let file { return try await ZipReader.open(file, limits: Self.limits) }
        guard let text = run.objectKey else { throw ObjectFault(.notFound, "the import has no file") }
        let key = try ObjectKey(text)
        if let path = objects.localPath(of: key) { return try await ZipReader.open(path, limits: Self.limits) }
        try check.room.demandSpool(run.bytes, in: spoolFolder)
        return try await ZipReader.spool(objects.get(key).pieces, in: spoolFolder, limits: Self.limits)
    }

    private func end(
        _ run: ImportRun,
        _ state: ImportRun.State,
        cause: String?,
        _ report: ImportReport,
        _ job: JobContext?
    ) async throws {
        try await store.database.write { tx in
            try await store.add(report.waiting + report.leftOut, to: run.id, in: tx)
            try await store.end(run.id, state, cause: cause, at: clock.now(), in: tx)
            try await clear.order(run.id, in: tx)
            let entry = AuditEntry(
                "import.\(state.rawValue)",
                by: run.actor,
                on: "import \(run.id)",
                from: run.caller.origin,
                new: [
                    "kind": run.kind.rawValue, "pictures": "\(run.counts.pictures)",
                    "deployments": "\(run.counts.deployments)", "told": "\(run.counts.toldPictures)",
                ]
            )
            try await audit.write(entry, in: tx)
            try await job?.finish(in: tx)
        }
        await discard(run)
    }

    /// What fails is left to the sweep of orphans.
    private func discard(_ run: ImportRun) async {
        guard let key = run.objectKey.flatMap({ try? ObjectKey($0) }) else { return }
        await uncancelled { [objects] in try? await objects.delete(key) }
    }
}

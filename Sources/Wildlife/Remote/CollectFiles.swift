import Core
import Database
import HTTPServer
import JobQueue
import Outbound

/// Visits another server and takes what is new there; begun again it goes on where it was.
struct CollectFiles: Sendable {
    static let kind = JobKind<RemoteSource.ID>(
        "wildlife.collect",
        JobPolicy(queue: "collection", priority: .bulk, width: 2, timeLimit: .seconds(3_600), retries: [])
    )
    static let due = JobKind<Tick>(
        "wildlife.collect-due",
        JobPolicy(queue: "collection", width: 1, timeLimit: .seconds(60), retries: [])
    )
    struct Tick: Codable, Sendable {}

    let store: RemoteSourceStore
    let receive: ReceiveFile
    let spool: VideoSpool
    let queue: JobQueue
    let byteLimit: Int
    /// Which servers may be visited.
    let reach: HTTPClient.Reach
    let log: Log
    let clock: WallClock

    private static let deepest = 4
    private static let mostFolders = 1_000
    private static let mostFiles = 50_000
    /// Connections that break one after another are not this file's trouble alone.
    private static let mostBreaks = 3

    /// Puts the visits that are due into the queue.
    func visitThoseDue() async throws {
        let now = clock.now()
        try await store.database.write { tx in
            for source in try await store.due(at: now, in: tx) {
                try await store.setNext(now + .seconds(Int64(source.everyMinutes) * 60), of: source.id, in: tx)
                try await queue.enqueue(Self.kind, source.id, unique: "\(source.id)", in: tx)
            }
        }
    }

    /// One visit; what goes wrong is written down where people see it.
    func callAsFunction(_ id: RemoteSource.ID) async throws {
        let known = try await store.database.read { try await store.source(id, in: $0) }
        guard let source = known else { return }
        var visit = RemoteSource.Visit(at: clock.now(), succeededAt: source.visit.succeededAt)
        do {
            let secret = try await store.database.read { try await store.secret(of: id, in: $0) }
            let files = RemoteFiles(source.server(secret), reach: reach)
            defer { files.close() }
            try await collect(source, files, &visit)
            visit.succeededAt = clock.now()
        } catch is CancellationError {
            visit.error = "it was interrupted, and goes on at the next visit"
            try? await store.note(visit, of: id)
            throw CancellationError()
        } catch {
            visit.error = Self.words(error)
            log.warning(
                "another server could not be visited to its end",
                ["source": .string(source.name), "reason": .string("\(error)")]
            )
        }
        try await store.note(visit, of: id)
    }

    private static func words(_ error: any Error) -> String {
        guard let fault = error as? OutboundFault, fault.code == .refusedAddress else { return "\(error)" }
        return "\(fault): whoever looks after this server can name its network in collect_networks"
    }

    private struct Found {
        let path: [String]
        let entry: RemoteEntry
        var name: String { path.joined(separator: "/") }
    }

    private func collect(_ source: RemoteSource, _ files: RemoteFiles, _ visit: inout RemoteSource.Visit) async throws {
        guard let pattern = NamePattern(source.pattern) else { return }
        let (found, troubles) = try await walk(source, files)
        let seen = try await store.seen(of: source.id)
        var breaks = 0
        var lastTrouble = troubles.first
        for file in found where pattern.holds(file.entry.name) && file.entry.size > 0 {
            let old = seen[file.name].flatMap {
                $0.size == file.entry.size && $0.modified == file.entry.modified ? $0 : nil
            }
            if let old, !source.removes || old.outcome == .rejected { continue }
            do {
                if old == nil {
                    try await take(file, of: source, files, &visit)
                } else {
                    // It could not be removed when it was taken.
                    try await files.remove(source.path + file.path)
                }
                breaks = 0
            } catch let fault as OutboundFault {
                breaks += 1
                lastTrouble = "\(file.name): \(fault)"
                guard breaks < Self.mostBreaks else { throw fault }
            }
            if (visit.taken + visit.known + visit.rejected) % 25 == 0 { try await store.note(visit, of: source.id) }
        }
        if troubles.isEmpty {
            let present = Set(found.map(\.name))
            try await store.forget(seen.keys.filter { !present.contains($0) }, of: source.id)
        }
        visit.error = lastTrouble
    }

    /// All files below the folder, in the order of their paths, and what could not be looked into.
    private func walk(_ source: RemoteSource, _ files: RemoteFiles) async throws -> ([Found], [String]) {
        var found: [Found] = []
        var troubles: [String] = []
        var waiting: [[String]] = [[]]
        var folders = 0
        while let folder = waiting.popLast() {
            folders += 1
            guard folders <= Self.mostFolders, found.count <= Self.mostFiles else {
                troubles.append("there are more folders or files than one visit looks at: name a folder further down")
                break
            }
            let entries: [RemoteEntry]
            do {
                entries = try await files.list(source.path + folder)
            } catch let fault as OutboundFault where !folder.isEmpty && fault.code == .other {
                troubles.append("\(folder.joined(separator: "/")): \(fault)")
                continue
            }
            for entry in entries where !entry.name.hasPrefix(".") {
                if !entry.isFolder {
                    found.append(Found(path: folder + [entry.name], entry: entry))
                } else if folder.count < Self.deepest {
                    waiting.append(folder + [entry.name])
                }
            }
        }
        return (found.sorted { $0.name < $1.name }, troubles)
    }

    private func take(
        _ file: Found,
        of source: RemoteSource,
        _ files: RemoteFiles,
        _ visit: inout RemoteSource.Visit
    ) async throws {
        let size = file.entry.size
        guard size <= Int64(byteLimit) else {
            return try await reject(
                file,
                of: source,
                "It is larger than the \(byteLimit >> 20) MB that one file may have.",
                &visit
            )
        }
        let bytes = try await files.fetch(source.path + file.path, limit: Int64(byteLimit))
        // It is still growing, or was replaced meanwhile: the next visit sees it as it is then.
        guard Int64(bytes.count) == size else { return }
        let delivery = Delivery(
            filename: file.entry.name,
            path: file.name,
            content: try await spool.content(of: bytes),
            door: .ftp,
            camera: source.camera(of: file.path)
        )
        let outcome: RemoteFile.Outcome
        do {
            switch try await receive(delivery) {
            case .picture(let receipt): outcome = receipt.isKnown ? .known : .taken
            case .report: outcome = .report
            }
        } catch {
            guard let reason = ReceiveFile.refusal(error) else { throw error }
            return try await reject(file, of: source, reason, &visit)
        }
        if outcome == .known { visit.known += 1 } else { visit.taken += 1 }
        try await remember(file, of: source, outcome, nil)
        if source.removes { try await files.remove(source.path + file.path) }
    }

    private func reject(
        _ file: Found,
        of source: RemoteSource,
        _ reason: String,
        _ visit: inout RemoteSource.Visit
    ) async throws {
        visit.rejected += 1
        try await remember(file, of: source, .rejected, reason)
    }

    private func remember(
        _ file: Found,
        of source: RemoteSource,
        _ outcome: RemoteFile.Outcome,
        _ reason: String?
    ) async throws {
        let row = RemoteFile(
            path: file.name,
            size: file.entry.size,
            modified: file.entry.modified,
            outcome: outcome,
            reason: reason,
            seenAt: clock.now()
        )
        try await store.remember(row, of: source.id)
    }
}

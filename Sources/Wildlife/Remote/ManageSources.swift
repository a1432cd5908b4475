import Accounts
import Core
import Database
import HTTPServer
import JobQueue
import Outbound

/// Adds, changes and removes the servers that files are collected from, and has one visited now.
struct ManageSources: Sendable {
    let store: RemoteSourceStore
    let queue: JobQueue
    let audit: AuditLog
    let clock: WallClock

    private static let missing = Problem.notFound("There is no source with this key.")

    func add(_ source: RemoteSource, _ secret: RemoteServer.Secret, _ caller: WildlifeCaller) async throws {
        try await naming {
            try await store.database.write { tx in
                try await tx.lock("remote sources")
                guard try await store.sources(in: tx).count < RemoteSourceStore.most else {
                    throw Problem.conflict("There are \(RemoteSourceStore.most) sources: remove one first.")
                }
                try await store.insert(source, secret, in: tx)
                try await note("remote-source.added", source.id, caller, in: tx)
            }
        }
    }

    /// A password or key is asked for again where it would go to somebody else.
    func change(
        _ id: RemoteSource.ID,
        _ secret: RemoteServer.Secret?,
        _ caller: WildlifeCaller,
        _ edit: @Sendable (inout RemoteSource) throws -> Void
    ) async throws -> RemoteSource {
        try await naming {
            try await store.database.write { tx in
                guard var source = try await store.source(id, in: tx) else { throw Self.missing }
                let earlier = source
                try edit(&source)
                if let secret {
                    try await store.set(secret, of: id, in: tx)
                } else if source.isElsewhere(than: earlier) {
                    throw Problem.unprocessable(
                        ["body", "password"],
                        "is needed again: it would be told to another server or in another name"
                    )
                }
                source.nextAt = clock.now()
                try await store.update(source, in: tx)
                try await note("remote-source.changed", id, caller, in: tx)
                return source
            }
        }
    }

    func remove(_ id: RemoteSource.ID, _ caller: WildlifeCaller) async throws {
        try await store.database.write { tx in
            guard try await store.remove(id, in: tx) else { throw Self.missing }
            try await note("remote-source.removed", id, caller, in: tx)
        }
    }

    func visit(_ id: RemoteSource.ID) async throws -> RemoteSource {
        try await store.database.write { tx in
            guard let source = try await store.source(id, in: tx) else { throw Self.missing }
            try await queue.enqueue(CollectFiles.kind, id, unique: "\(id)", priority: .normal, in: tx)
            return source
        }
    }

    func source(_ id: RemoteSource.ID) async throws -> RemoteSource {
        let found = try await store.database.read { try await store.source(id, in: $0) }
        guard let found else { throw Self.missing }
        return found
    }

    private func note(
        _ action: String,
        _ id: RemoteSource.ID,
        _ caller: WildlifeCaller,
        in tx: Transaction
    ) async throws {
        let entry = AuditEntry(action, by: caller, on: "remote source \(id)")
        try await audit.write(entry, in: tx)
    }

    private func naming<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let fault as DatabaseFault where fault.constraint?.kind == .unique {
            throw Problem.unprocessable(["body", "name"], "another source is called so", type: "taken")
        }
    }
}

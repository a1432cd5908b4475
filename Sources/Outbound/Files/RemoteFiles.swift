import Core
import Synchronization

/// Lists, fetches and removes files of one server over FTPS or SFTP; one for a visit, which ends with `close`.
///
/// A path has its folders as parts; it begins where the account begins, or at the root when its first part is `/`.
package final class RemoteFiles: Sendable {
    private let server: RemoteServer
    private let reach: HTTPClient.Reach
    /// While the data connection of FTPS is made, libcurl 7.88 does not wait for what the server says: it must be asked.
    private let loop = CurlLoop(depth: 4, connections: HTTPClient.Connections(total: 2, perHost: 2), pause: 20)
    /// Whether the server takes `MLSD`, which not all do.
    private let takesFacts = Mutex(true)

    private static let listingLimit: Int64 = 8 << 20

    /// Each address that is really connected to is within `reach`, whatever the name resolves to.
    package init(_ server: RemoteServer, reach: HTTPClient.Reach) {
        self.server = server
        self.reach = reach
    }

    deinit { loop.stop() }

    package func close() { loop.stop() }

    /// What lies in a folder.
    ///
    /// - Throws: `OutboundFault`; one of the code `tls` tells in its detail which key the server shows.
    package func list(_ folder: [String]) async throws -> [RemoteEntry] {
        if server.kind != .sftp, takesFacts.withLock(\.self) {
            do {
                return FolderListing.entries(try await text(.list(folder, facts: true)))
            } catch let fault as OutboundFault where fault.code == .other {
                // What is wrong with the folder itself the plain question tells again.
                let entries = FolderListing.entries(try await text(.list(folder, facts: false)))
                takesFacts.withLock { $0 = false }
                return entries
            }
        }
        return FolderListing.entries(try await text(.list(folder, facts: false)))
    }

    /// The whole content of a file.
    ///
    /// - Throws: `OutboundFault`, of the code `tooLarge` past the limit.
    package func fetch(_ path: [String], limit: Int64) async throws -> [UInt8] {
        try await perform(.fetch(path), limit: limit)
    }

    package func remove(_ path: [String]) async throws { _ = try await perform(.remove(path), limit: 1 << 20) }

    private func text(_ request: RemoteRequest) async throws -> String {
        String(decoding: try await perform(request, limit: Self.listingLimit), as: UTF8.self)
    }

    private func perform(_ request: RemoteRequest, limit: Int64) async throws -> [UInt8] {
        do {
            guard server.kind != .sftp || server.fingerprint != nil else {
                throw OutboundFault(.tls, host: server.host, "the server's key is not known here yet")
            }
            return try await run(request, on: server, limit: limit)
        } catch let fault as OutboundFault where fault.code == .tls {
            guard let shown = try await shownKey() else { throw fault }
            let detail =
                server.fingerprint == nil ? fault.detail : "its key is another one than the one that is trusted"
            throw OutboundFault(.tls, host: server.host, "\(detail); it shows \(shown)")
        }
    }

    private func run(_ request: RemoteRequest, on server: RemoteServer, limit: Int64) async throws -> [UInt8] {
        try Task.checkCancellation()
        let body = CollectedBody(limit: limit, host: server.host)
        let handle = try CurlHandle(request, on: server, limit: limit)
        let transfer = Transfer(
            id: loop.nextID(),
            handle: handle,
            host: server.host,
            reach: reach,
            sink: body,
            witness: nil
        )
        _ = try await loop.run(transfer)
        return body.bytes
    }

    /// Asks with a fingerprint that no key has: the server shows its key and is told nothing.
    ///
    /// - Throws: `OutboundFault` when the server may not be reached.
    private func shownKey() async throws -> RemoteServer.Fingerprint? {
        let witness = KeyWitness()
        let stranger = RemoteServer(
            server.kind,
            host: server.host,
            port: server.port,
            account: "nobody",
            secret: .password(""),
            fingerprint: RemoteServer.Fingerprint(String(repeating: "A", count: 43))
        )
        let ask = CurlLoop(depth: 1, connections: HTTPClient.Connections(total: 1, perHost: 1), pause: 20)
        defer { ask.stop() }
        guard let handle = try? CurlHandle(.list([], facts: false), on: stranger, limit: 1 << 20) else { return nil }
        let sink = CollectedBody(limit: 1 << 20, host: server.host)
        let transfer = Transfer(
            id: ask.nextID(),
            handle: handle,
            host: server.host,
            reach: reach,
            sink: sink,
            witness: witness
        )
        do {
            _ = try await ask.run(transfer)
        } catch let fault as OutboundFault where fault.code == .refusedAddress {
            throw fault
        } catch {
            try Task.checkCancellation()
        }
        return witness.key
    }
}

/// What is asked of a server of files.
enum RemoteRequest: Sendable {
    case list([String], facts: Bool)
    case fetch([String])
    case remove([String])
}

/// Hears which key a server shows, in the words of libcurl.
final class KeyWitness: Sendable {
    private let seen = Mutex<RemoteServer.Fingerprint?>(nil)

    var key: RemoteServer.Fingerprint? { seen.withLock(\.self) }

    func heard(_ line: String) {
        for prefix in [" public key hash: ", "SSH SHA256 fingerprint: "] {
            guard let start = line.firstRange(of: prefix) else { continue }
            let word = line[start.upperBound...].prefix { !$0.isWhitespace }
            guard let key = RemoteServer.Fingerprint(String(word)) else { continue }
            seen.withLock { $0 = key }
        }
    }
}

package import Core

/// A file to fetch: resumed when it breaks off, checked, and under its name only when it is whole.
package struct Download: Sendable {
    package var url: String
    package var path: String
    /// With a hash even a download of an earlier run is resumed; without one only what this call began.
    package var hash: SHA256?
    package var limits = HTTPLimits.download
    /// How often a broken connection is tried again.
    package var attempts = 4
    /// Before the second attempt; doubles each time.
    package var pause = Duration.seconds(1)

    package init(_ url: String, to path: String, expecting hash: SHA256? = nil) {
        self.url = url
        self.path = path
        self.hash = hash
    }

    /// How far a download is; `total` is `nil` when the server does not say.
    package struct Progress: Hashable, Sendable {
        package let received: Int64
        package let total: Int64?
    }

    package struct Receipt: Hashable, Sendable {
        package let size: Int64
        package let hash: SHA256
    }
}

extension HTTPClient {
    /// Fetches a file; it is durable when this returns, and what was fetched of a failed download stays in `path.part`.
    ///
    /// `progress` is called on the client's own thread, at most ten times a second, and must not wait.
    ///
    /// - Throws: `OutboundFault`, or `CancellationError` at once when cancelled.
    package func download(
        _ download: Download,
        progress: @escaping @Sendable (Download.Progress) -> Void = { _ in }
    ) async throws -> Download.Receipt {
        guard let host = Address.parts(of: download.url)?.host else { throw OutboundFault(.invalidURL, host: "") }
        let part = try await blocking.run { try PartFile(for: download.path, host: host) }
        do {
            return try await complete(part, download, host, progress)
        } catch {
            try? await blocking.run { part.removeIfEmpty() }
            throw error
        }
    }

    private func complete(
        _ part: PartFile,
        _ download: Download,
        _ host: String,
        _ progress: @escaping @Sendable (Download.Progress) -> Void
    ) async throws -> Download.Receipt {
        if download.hash == nil { try await blocking.run { try part.truncate() } }
        var wasResumed = part.size > 0
        try await fetch(download, into: part, host, progress)
        var found = try await blocking.run { try part.digest() }
        if let hash = download.hash, hash != found, wasResumed {
            // The beginning may be that of another version: once more, from nothing.
            try await blocking.run { try part.truncate() }
            wasResumed = false
            try await fetch(download, into: part, host, progress)
            found = try await blocking.run { try part.digest() }
        }
        if let hash = download.hash, hash != found {
            try await blocking.run { try part.truncate() }
            throw OutboundFault(.hashMismatch, host: host, "expected \(hash), got \(found)")
        }
        return try await blocking.run { [found] in
            try part.commit()
            return Download.Receipt(size: part.size, hash: found)
        }
    }

    /// Tries until the part is complete.
    private func fetch(
        _ download: Download,
        into part: PartFile,
        _ host: String,
        _ progress: @escaping @Sendable (Download.Progress) -> Void
    ) async throws {
        var pause = download.pause
        var tag: String?
        var left = download.attempts
        var furthest = part.size
        while true {
            do {
                let isComplete = try await attempt(download, into: part, host, &tag, progress)
                if isComplete { return }
                // The server's file is another one than ours: begin anew.
                try await blocking.run { try part.truncate() }
                left -= 1
                if left <= 0 { throw OutboundFault(.brokenOff, host: host, "the server cannot resume this file") }
            } catch let fault as OutboundFault where fault.isTransient && left > 1 {
                // A connection that gets further than any before it does not count.
                if part.size <= furthest { left -= 1 }
                furthest = max(furthest, part.size)
                try await Task.sleep(for: pause)
                pause *= 2
            }
        }
    }

    /// One request for what is missing; `false` when the server does not continue from where we are.
    private func attempt(
        _ download: Download,
        into part: PartFile,
        _ host: String,
        _ tag: inout String?,
        _ progress: @escaping @Sendable (Download.Progress) -> Void
    ) async throws -> Bool {
        let offset = part.size
        var request = HTTPRequest(.get, download.url)
        if offset > 0 {
            // Neither a hash nor a tag would notice a change of the file, so begin anew.
            if download.hash == nil && tag == nil { return false }
            request.headers.append(("Range", "bytes=\(offset)-"))
            if let tag { request.headers.append(("If-Range", tag)) }
        }
        let sink = PartSink(part, offset: offset, host: host, limit: download.limits.bytes, progress: progress)
        defer { tag = sink.strongTag ?? tag }
        let head = try await perform(request, limits: download.limits, into: sink)
        switch head.status {
        case 200 where !sink.isStarted:
            try await blocking.run { try part.truncate() }
            return true
        case 200: return true
        case 206: return sink.isStarted
        case 416:
            // Everything is there already when the server names our own size.
            return head.header("content-range") == "bytes */\(offset)"
        default: throw OutboundFault(.status(head.status), host: host)
        }
    }
}

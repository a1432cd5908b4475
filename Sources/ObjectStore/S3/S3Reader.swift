import Core
import Outbound
import Synchronization

/// Reads one version of an object: goes on with the answer it has, and asks for the rest when that broke off.
final class S3Reader: Sendable {
    private struct Open {
        let stream: HTTPStream
        let offset: Int64
    }

    private let client: S3Client
    private let call: S3Client.Call
    /// Where reading ends.
    private let end: Int64
    private let idle: Mutex<Open?>

    /// Takes over an answer that stands at `offset`; `call` without its range asks for the same version again.
    init(_ client: S3Client, _ call: S3Client.Call, tag: String?, stream: HTTPStream, offset: Int64, end: Int64) {
        self.client = client
        var call = call
        if let tag { call.headers.append(("if-match", tag)) }
        self.call = call
        self.end = end
        idle = Mutex(Open(stream: stream, offset: offset))
    }

    /// Up to `count` bytes from `offset`.
    ///
    /// - Throws: `changed` when the object has been replaced and its old content is gone.
    func read(at offset: Int64, count: Int) async throws -> [UInt8] {
        try await client.retrying(call.doing, mapsRefusals: true) {
            let stream = try await stream(at: offset)
            guard let piece = try await stream.next(upTo: count) else {
                throw OutboundFault(.brokenOff, host: client.location.host)
            }
            let next = offset + Int64(piece.count)
            idle.withLock { $0 = next < end ? Open(stream: stream, offset: next) : nil }
            return piece
        }
    }

    /// Whoever reads takes the answer away, so that two readers never share one.
    private func stream(at offset: Int64) async throws -> HTTPStream {
        let ready = idle.withLock { idle -> HTTPStream? in
            guard let open = idle, open.offset == offset else { return nil }
            idle = nil
            return open.stream
        }
        if let ready { return ready }
        var call = call
        call.headers.append(("range", "bytes=\(offset)-\(end - 1)"))
        return try await client.open(call)
    }
}

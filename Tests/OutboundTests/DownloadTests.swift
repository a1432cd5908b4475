import Core
import Foundation
@testable import Outbound
import Synchronization
import TestSupport
import Testing

@Suite("Downloads") struct DownloadTests {
    private static let content = patternBytes(500_000)
    private static let hash = SHA256(of: content)

    private let client = HTTPClient(agent: "Hedgerow/test")

    /// Serves the content with ranges; the first answer breaks off after `first` bytes.
    private static func server(first: Int, tag: String? = "\"v1\"") -> @Sendable (String) -> Responder.Answer {
        let count = Mutex(0)
        return { request in
            let number = count.withLock { count in
                count += 1
                return count
            }
            let offset = request.firstMatch(of: #/Range: bytes=(\d+)-/#).flatMap { Int($0.1) } ?? 0
            let headers = tag.map { ["ETag: \($0)"] } ?? []
            let whole =
                offset > 0
                ? answer(
                    206,
                    headers + ["Content-Range: bytes \(offset)-\(content.count - 1)/\(content.count)"],
                    body: Array(content[offset...])
                ) : answer(200, headers, body: content)
            return number == 1 ? .breakOff(Array(whole.prefix(first))) : .send(whole)
        }
    }

    private func download(_ url: String, to path: String, hash: SHA256? = hash) -> Download {
        var download = Download(url, to: path, expecting: hash)
        download.pause = .milliseconds(5)
        return download
    }

    private func bytes(_ path: String) throws -> [UInt8] { try Array(Data(contentsOf: URL(filePath: path))) }

    @Test("A file arrives whole, with progress that ends at its size") func whole() async throws {
        try await withTemporaryDirectory { folder async throws in
            try await withResponder({ _ in .send(answer(200, body: Self.content)) }) { server async throws in
                let steps = Mutex<[Download.Progress]>([])
                let receipt = try await client.download(download(server.url, to: folder + "/m")) { step in
                    steps.withLock { $0.append(step) }
                }
                #expect(receipt == Download.Receipt(size: 500_000, hash: Self.hash))
                #expect(try bytes(folder + "/m") == Self.content)
                #expect(steps.withLock { $0.last } == Download.Progress(received: 500_000, total: 500_000))
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["m"])
            }
        }
    }

    @Test("A broken download goes on where it stopped", arguments: [true, false])
    func resume(knowsHash: Bool) async throws {
        try await withTemporaryDirectory { folder async throws in
            try await withResponder(Self.server(first: 200_000)) { server async throws in
                let hash = knowsHash ? Self.hash : nil
                _ = try await client.download(download(server.url, to: folder + "/m", hash: hash))
                #expect(try bytes(folder + "/m") == Self.content)
                #expect(server.requests.count == 2)
                let second = try #require(server.requests.last)
                #expect(second.contains("Range: bytes=") && second.contains("If-Range: \"v1\""))
            }
        }
    }

    @Test("Without a hash or a tag a broken download begins anew") func restart() async throws {
        try await withTemporaryDirectory { folder async throws in
            try await withResponder(Self.server(first: 200_000, tag: nil)) { server async throws in
                _ = try await client.download(download(server.url, to: folder + "/m", hash: nil))
                #expect(try bytes(folder + "/m") == Self.content)
                #expect(server.requests.last?.contains("Range") == false)
            }
        }
    }

    @Test("A later run goes on with what an earlier one left, and notices when that was another version")
    func laterRun() async throws {
        let beginnings: [(left: [UInt8], requests: Int)] = [
            (Array(Self.content.prefix(100_000)), 1), ([UInt8](repeating: 9, count: 100_000), 2), (Self.content, 1),
        ]
        for (left, requests) in beginnings {
            try await withTemporaryDirectory { folder async throws in
                try Data(left).write(to: URL(filePath: folder + "/m.part"))
                let ranges: @Sendable (String) -> Responder.Answer = { request in
                    let offset = request.firstMatch(of: #/Range: bytes=(\d+)-/#).flatMap { Int($0.1) } ?? 0
                    let size = Self.content.count
                    if offset >= size { return .send(answer(416, ["Content-Range: bytes */\(size)"])) }
                    if offset == 0 { return .send(answer(200, body: Self.content)) }
                    let range = "Content-Range: bytes \(offset)-\(size - 1)/\(size)"
                    return .send(answer(206, [range], body: Array(Self.content[offset...])))
                }
                try await withResponder(ranges) { server async throws in
                    _ = try await client.download(download(server.url, to: folder + "/m"))
                    #expect(try bytes(folder + "/m") == Self.content)
                    #expect(server.requests.count == requests)
                }
            }
        }
    }

    @Test("A server that ignores ranges is read from the start") func ignoresRanges() async throws {
        try await withTemporaryDirectory { folder async throws in
            try Data(repeating: 1, count: 50).write(to: URL(filePath: folder + "/m.part"))
            try await withResponder({ _ in .send(answer(200, body: Self.content)) }) { server async throws in
                _ = try await client.download(download(server.url, to: folder + "/m"))
                #expect(try bytes(folder + "/m") == Self.content)
            }
        }
    }

    @Test("Wrong content, an error page and too much of it leave no file") func refusals() async throws {
        let cases: [(OutboundFault.Code, [UInt8])] = [
            (.hashMismatch, answer(200, body: [1, 2, 3])), (.status(404), answer(404, body: Array("nope".utf8))),
            (.tooLarge, answer(200, body: [UInt8](repeating: 1, count: 2_000_000))),
            (.tooLarge, Array("HTTP/1.1 200 OK\r\n\r\n".utf8) + [UInt8](repeating: 1, count: 2_000_000)),
        ]
        for (code, bytes) in cases {
            try await withTemporaryDirectory { folder async throws in
                try await withResponder({ _ in .send(bytes) }) { server async throws in
                    var wanted = download(server.url, to: folder + "/m")
                    wanted.limits.bytes = 1_000_000
                    let fault = await #expect(throws: OutboundFault.self) { try await client.download(wanted) }
                    #expect(fault?.code == code)
                    #expect(!FileManager.default.fileExists(atPath: folder + "/m"))
                    let left = try FileManager.default.contentsOfDirectory(atPath: folder)
                    if code == .hashMismatch || code == .status(404) { #expect(left.isEmpty) }
                }
            }
        }
    }

    @Test("A server that is down is tried a few times, then named") func gaveUp() async throws {
        try await withTemporaryDirectory { folder async throws in
            try await withResponder({ _ in .send(answer(503)) }) { server async throws in
                let fault = await #expect(throws: OutboundFault.self) {
                    try await client.download(download(server.url, to: folder + "/m"))
                }
                #expect(fault?.code == .status(503))
                #expect(server.requests.count == 4)
            }
        }
    }

    @Test("Two downloads to one file do not mix") func inUse() async throws {
        try await withTemporaryDirectory { folder async throws in
            try await withResponder({ _ in .stall }) { server async throws in
                await withThrowingTaskGroup(of: Void.self) { group in
                    let wanted = download(server.url, to: folder + "/m")
                    group.addTask { _ = try await client.download(wanted) }
                    while server.requests.isEmpty { try? await Task.sleep(for: .milliseconds(2)) }
                    let fault = await #expect(throws: OutboundFault.self) { try await client.download(wanted) }
                    #expect(fault?.code == .inUse)
                    group.cancelAll()
                }
            }
        }
    }

    @Test("A folder that is not there is a fault of the file") func missingFolder() async throws {
        let fault = await #expect(throws: OutboundFault.self) {
            try await client.download(download("http://127.0.0.1:1/", to: "/nonexistent/m"))
        }
        #expect(fault?.code == .file)
    }
}

import Archive
import Core
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("Flow through zip archives")
struct ZipFlowTests {
    @Test("The source waits while the sink does")
    func backPressure() async throws {
        let asked = Mutex(0)
        let held = Mutex(0)
        let most = Mutex(0)
        let piece = (0..<1 << 20).map { _ in UInt8.random(in: 0...255) }
        let source = AsyncStream<[UInt8]> {
            asked.withLock { count -> [UInt8]? in
                count += 1
                return count <= 20 ? piece : nil
            }
        }
        var zip = try ZipWriter { bytes in
            held.withLock { $0 += bytes.count }
            let ahead = asked.withLock { $0 } << 20 - held.withLock { $0 }
            most.withLock { $0 = max($0, ahead) }
            try await Task.sleep(for: .milliseconds(1))
        }
        try await zip.add("noise", source)
        try await zip.finish()
        #expect(held.withLock { $0 } >= 20 << 20)
        #expect(most.withLock { $0 } <= (1 << 20) + 4 * (64 << 10), "\(most.withLock { $0 })")
    }

    private struct Gone: Error {}

    @Test("What the sink throws comes out, and the rest says that the archive is broken")
    func sinkThrows() async throws {
        var zip = try ZipWriter { _ in throw Gone() }
        do {
            try await zip.add("a.jpg", patternBytes(1 << 20))
            Issue.record("nothing was thrown")
        } catch {
            #expect(error is Gone)
        }
        do {
            try await zip.add("b.jpg", [1])
            Issue.record("nothing was thrown")
        } catch {
            #expect((error as? ZipFault)?.code == .broken)
        }
    }

    /// Held by a sink, so it is gone when the writer is.
    private final class Token: Sendable {}

    @Test("A cancelled writer lets go of everything")
    func cancelledWriter() async throws {
        for round in 0..<100 {
            weak var seen: Token?
            do {
                let token = Token()
                seen = token
                let (started, start) = AsyncStream.makeStream(of: Void.self)
                let task = Task {
                    var zip = try ZipWriter { [token] _ in
                        withExtendedLifetime(token) { start.finish() }
                        if round % 2 == 0 { try await Task.sleep(for: .seconds(60)) }
                    }
                    let endless = AsyncStream<[UInt8]> { [7, 7, 7] }
                    try await zip.add("a.jpg", patternBytes(200_000))
                    try await zip.add("b.csv", endless)
                    try await zip.finish()
                }
                for await _ in started {}
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
            }
            #expect(seen == nil)
        }
    }

    @Test("A cancelled reader, and one that was only begun, close their files")
    func cancelledReader() async throws {
        try await withTemporaryDirectory { folder in
            let path = folder + "/a.zip"
            let sink = try FileSink(path)
            var zip = try ZipWriter { try sink.take($0) }
            try await zip.add("a.csv", Repeated(piece: patternBytes(1 << 20), count: 20))
            try await zip.finish()
            let others = openFiles(in: folder)

            let bytes = [UInt8](try #require(FileManager.default.contents(atPath: path)))
            let endless = AsyncStream<[UInt8]> { bytes }
            let spooling = Task {
                _ = try await ZipReader.spool(endless, in: folder, limits: ZipLimits(archiveBytes: 1 << 40))
            }
            try await eventually("the spool is open") { openFiles(in: folder) == others + 1 }
            spooling.cancel()
            await #expect(throws: (any Error).self) { try await spooling.value }

            let (started, start) = AsyncStream.makeStream(of: Void.self)
            let reading = Task {
                let reader = try await ZipReader.open(path)
                let entry = try #require(try await reader.next())
                for try await _ in reader.pieces(of: entry) {
                    start.finish()
                    await untilCancelled()
                }
            }
            for await _ in started {}
            #expect(openFiles(in: folder) == others + 1)
            reading.cancel()
            await #expect(throws: CancellationError.self) { try await reading.value }
            try await eventually("all is closed") { openFiles(in: folder) == others }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.zip"])
        }
    }
}

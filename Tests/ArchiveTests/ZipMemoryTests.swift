import Archive
import Core
import Foundation
import Synchronization
import TestSupport
import Testing

/// What is kept in memory, measured from outside, because libarchive keeps memory of its own.
@Suite("Memory of zip archives", .disabled(if: isSanitized, "sanitizers keep memory"))
struct ZipMemoryTests {
    /// Runs `body` where nothing else runs: this test again, alone in another process.
    private func inOwnProcess(_ test: String, _ body: () async throws -> Void) async throws {
        let mark = "HEDGEROW_TEST_ALONE"
        if ProcessInfo.processInfo.environment[mark] == test { return try await body() }
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let arguments = ["--testing-library", "swift-testing", "--filter", "ArchiveTests.ZipMemoryTests/\(test)"]
        let outcome = try await runTool("/usr/bin/env", ["\(mark)=\(test)", program] + arguments)
        #expect(outcome.status == 0 && outcome.text.contains("1 test"), "\(outcome.text)")
    }

    @Test("200 MB go through writer and reader in flat memory")
    func flatMemory() async throws {
        try await inOwnProcess("flatMemory") {
            try await withTemporaryDirectory { folder in
                let path = folder + "/large.zip"
                let sink = try FileSink(path)
                let piece = patternBytes(1 << 20)
                let before = residentBytes
                let most = Mutex(before)
                func look() { most.withLock { $0 = max($0, residentBytes) } }

                var zip = try ZipWriter { bytes in
                    try sink.take(bytes)
                    look()
                }
                try await zip.add("stored.jpg", size: 100 << 20, Repeated(piece: piece, count: 100))
                try await zip.add("deflated.csv", Repeated(piece: piece, count: 100))
                try await zip.finish()
                #expect(sink.total > 100 << 20)
                #expect(sink.largest <= 256 << 10)

                let reader = try await ZipReader.open(path)
                var total = 0
                while let entry = try await reader.next() {
                    for try await bytes in reader.pieces(of: entry) {
                        total += bytes.count
                        look()
                    }
                }
                #expect(total == 200 << 20)
                let grown = most.withLock { $0 } - before
                #expect(grown < 16 << 20, "\(grown >> 20) MB")
            }
        }
    }

    @Test("Zeros past 4 GiB go through in flat memory", .enabled(if: isFull, "set HEDGEROW_TEST_FULL=1"))
    func pastFourGibibytes() async throws {
        try await inOwnProcess("pastFourGibibytes") {
            try await withTemporaryDirectory { folder in
                let path = folder + "/zeros.zip"
                let sink = try FileSink(path)
                let count = 4_100
                let before = residentBytes
                var zip = try ZipWriter { try sink.take($0) }
                try await zip.add("zeros", Repeated(piece: [UInt8](repeating: 0, count: 1 << 20), count: count))
                try await zip.add("after", [1, 2, 3])
                try await zip.finish()
                #expect(residentBytes - before < 16 << 20)
                let said = try await python(
                    "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print([i.file_size for i in z.infolist()], z.testzip())",
                    path
                )
                #expect(said == "[\(count << 20), 3] None\n")
                let limits = ZipLimits(entryBytes: 5 << 30, totalBytes: 5 << 30)
                let reader = try await ZipReader.open(path, limits: limits)
                #expect(try await reader.next()?.size == Int64(count) << 20)
                let last = try #require(try await reader.next())
                #expect(try await reader.bytes(of: last, limit: 3) == [1, 2, 3])
                #expect(residentBytes - before < 16 << 20)
            }
        }
    }

    private struct Gone: Error {}

    @Test("A writer dropped in the middle of a deflated entry lets go of the compressor")
    func droppedWriter() async throws {
        try await inOwnProcess("droppedWriter") {
            // Each compressor holds a third of a megabyte.
            let before = residentBytes
            for _ in 0..<500 {
                var zip = try ZipWriter { _ in }
                do {
                    try await zip.add("a.csv") { entry in
                        try await entry.write(patternBytes(100_000))
                        throw Gone()
                    }
                    Issue.record("nothing was thrown")
                } catch {
                    #expect(error is Gone)
                }
            }
            let grown = residentBytes - before
            #expect(grown < 16 << 20, "\(grown >> 20) MB")
        }
    }
}

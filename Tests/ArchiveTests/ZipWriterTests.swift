import Archive
import Core
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("Writing zip archives")
struct ZipWriterTests {
    private static let listing = """
        import sys, zipfile
        with zipfile.ZipFile(sys.argv[1]) as z:
            assert z.testzip() is None
            for i in z.infolist():
                print(i.filename, i.compress_type, i.file_size, oct(i.external_attr >> 16), bool(i.flag_bits & 0x800))
        """

    @Test("Other programs read what was written, with its names, kinds and times")
    func otherPrograms() async throws {
        try await withTemporaryDirectory { folder in
            let path = folder + "/made.zip"
            let sink = try FileSink(path)
            let jpeg = patternBytes(300_000)
            var zip = try ZipWriter(modified: try #require(Timestamp("2026-05-14T09:12:07Z"))) { try sink.take($0) }
            try await zip.add("analyses.json", Array(#"{"plants": []}"#.utf8))
            try await zip.add("photos/1.jpg", jpeg)
            try await zip.add("photos/2.JPEG", size: Int64(jpeg.count), pieces(of: jpeg))
            try await zip.add("photos/unknown size.png", pieces(of: jpeg))
            try await zip.add("Bäume/Grün 🌿/葉.txt", Array("ähnlich".utf8))
            try await zip.add("rows.csv", modified: Timestamp("1999-12-31T23:59:59Z")) { entry in
                for row in 0..<20_000 { try await entry.write("\(row),\(row * row)\n") }
            }
            try await zip.add("empty.txt", [])
            try await zip.finish()

            let listed = try await python(Self.listing, path).split(separator: "\n").map(String.init)
            #expect(
                listed == [
                    "analyses.json 8 14 0o100644 False",
                    "photos/1.jpg 0 300000 0o100644 False",
                    "photos/2.JPEG 0 300000 0o100644 False",
                    "photos/unknown size.png 8 300000 0o100644 False",
                    "Bäume/Grün 🌿/葉.txt 8 8 0o100644 True",
                    "rows.csv 8 \(rowsSize) 0o100644 False",
                    "empty.txt 8 0 0o100644 False",
                ]
            )
            let unzip = try await runTool("/usr/bin/unzip", ["-t", path])
            #expect(unzip.status == 0, "\(unzip.text)")
            let unpacked = try await runTool("/usr/bin/unzip", ["-q", path, "-d", folder + "/out"])
            #expect(unpacked.status == 0, "\(unpacked.text)")
            #expect(FileManager.default.contents(atPath: folder + "/out/photos/2.JPEG") == Data(jpeg))
            let times = try ["analyses.json", "rows.csv"].map {
                try FileManager.default.attributesOfItem(atPath: folder + "/out/" + $0)[.modificationDate] as? Date
            }
            #expect(times.map { $0?.timeIntervalSince1970 } == [1_778_749_927, 946_684_799])

            let mine = try await contents(of: ZipReader.open(path))
            #expect(mine.map(\.entry.name).contains("Bäume/Grün 🌿/葉.txt"))
            #expect(mine.first { $0.entry.name == "photos/1.jpg" }?.bytes == jpeg)
            #expect(mine.first?.entry.modified == Timestamp("2026-05-14T09:12:07Z"))
        }
    }

    private var rowsSize: Int { (0..<20_000).reduce(0) { $0 + "\($1),\($1 * $1)\n".utf8.count } }

    @Test("An archive without entries is one, too")
    func empty() async throws {
        try await withTemporaryDirectory { folder in
            let path = folder + "/empty.zip"
            let sink = try FileSink(path)
            let zip = try ZipWriter { try sink.take($0) }
            try await zip.finish()
            #expect(try await python(Self.listing, path) == "")
            #expect(try await contents(of: ZipReader.open(path)).isEmpty)
        }
    }

    @Test("Ten thousand entries, and 70,000 that need zip64, are all there", arguments: [10_000, 70_000])
    func manyEntries(count: Int) async throws {
        try await withTemporaryDirectory { folder in
            let path = folder + "/many.zip"
            let sink = try FileSink(path)
            var zip = try ZipWriter { try sink.take($0) }
            for number in 0..<count { try await zip.add("rows/\(number).json", Array("{\"n\":\(number)}".utf8)) }
            try await zip.finish()
            #expect(sink.largest <= 256 << 10, "the directory comes in pieces, too")
            let said = try await python(
                "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(len(z.namelist()), z.testzip())",
                path
            )
            #expect(said == "\(count) None\n")
            let reader = try await ZipReader.open(path, limits: ZipLimits(entries: count))
            var seen = 0
            while let entry = try await reader.next() {
                if seen % 1_000 == 0 {
                    #expect(try await reader.bytes(of: entry, limit: 100) == Array("{\"n\":\(seen)}".utf8))
                }
                seen += 1
            }
            #expect(seen == count)
            let fault = await #expect(throws: ZipFault.self) {
                _ = try await ZipReader.open(path, limits: ZipLimits(entries: count - 1))
            }
            #expect(fault?.code == .tooManyEntries)
        }
    }

    @Test(
        "A name that would be refused is not written, and the archive goes on",
        arguments: ["../a", "/a", "a/../b", "a//b", "", ".", "a\\b", "C:/a", "a\nb", "folder/", "a\u{0}b"]
    )
    func names(name: String) async throws {
        let written = Mutex<[UInt8]>([])
        var zip = try ZipWriter { bytes in written.withLock { $0 += bytes } }
        try await zip.add("good", [1])
        await expectFault(.unsafeName) { try await zip.add(name, [1]) }
        await expectFault(.duplicateName) { try await zip.add("good", [2]) }
        try await zip.add("also good", [3])
        try await zip.finish()
        let bytes = written.withLock { $0 }
        try await withTemporaryDirectory { folder in
            let found = try await contents(of: ZipReader.spool(pieces(of: bytes), in: folder))
            #expect(found.map(\.entry.name) == ["good", "also good"])
        }
    }

    @Test("A promised size is kept to", arguments: [99, 101])
    func promisedSize(size: Int64) async throws {
        var zip = try ZipWriter { _ in }
        await expectFault(.wrongSize) { try await zip.add("a.jpg", size: size, pieces(of: patternBytes(100))) }
        await expectFault(.broken) { try await zip.add("b.jpg", [1]) }
        do {
            try await zip.finish()
            Issue.record("nothing was thrown")
        } catch {
            #expect((error as? ZipFault)?.code == .broken)
        }
    }

    @Test("A way into an entry is closed when the entry has ended")
    func lateWrite() async throws {
        var zip = try ZipWriter { _ in }
        var kept: ZipWriter.Entry?
        try await zip.add("a.txt") { kept = $0 }
        let late = try #require(kept)
        let fault = await #expect(throws: ZipFault.self) { try await late.write([1]) }
        #expect(fault?.code == .passed)
        try await zip.finish()
    }

    /// `#expect(throws:)` cannot capture a writer, which is not copied.
    private func expectFault(
        _ code: ZipFault.Code,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ body: () async throws -> Void
    ) async {
        do {
            try await body()
            Issue.record("nothing was thrown", sourceLocation: sourceLocation)
        } catch {
            #expect((error as? ZipFault)?.code == code, sourceLocation: sourceLocation)
        }
    }
}

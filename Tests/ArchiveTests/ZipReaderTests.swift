import Archive
import Core
import Foundation
import TestSupport
import Testing

@Suite("Reading zip archives")
struct ZipReaderTests {
    @Test("What Python writes is read: folders, stored, deflated, zip64, comments, a stream without sizes")
    func fromPython() async throws {
        try await withTemporaryDirectory { folder in
            let path = folder + "/python.zip"
            let script = """
                import sys, zipfile as z
                class Pipe:
                    def __init__(self, f): self.f = f
                    def write(self, b): return self.f.write(b)
                    def flush(self): pass
                with open(sys.argv[1], "wb") as f, z.ZipFile(Pipe(f), "w", z.ZIP_DEFLATED) as a:
                    a.writestr("folder/", b"")
                    a.writestr("folder/ä.txt", b"text" * 1000)
                    a.writestr("stored.bin", bytes(range(256)) * 100, z.ZIP_STORED)
                    with a.open("large.txt", "w", force_zip64=True) as e: e.write(b"large" * 100000)
                    a.writestr("empty", b"")
                    a.comment = b"a comment"
                """
            _ = try await python(script, path)
            let found = try await contents(of: ZipReader.open(path))
            #expect(found.map(\.entry.name) == ["folder", "folder/ä.txt", "stored.bin", "large.txt", "empty"])
            #expect(found.map(\.entry.isFolder) == [true, false, false, false, false])
            #expect(found.map(\.entry.size) == [0, 4_000, 25_600, 500_000, 0])
            #expect(found.map(\.bytes.count) == [0, 4_000, 25_600, 500_000, 0])
            #expect(found[2].bytes == (0..<25_600).map { UInt8($0 % 256) })
        }
    }

    @Test("What Info-ZIP writes is read", .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/zip")))
    func fromInfoZip() async throws {
        try await withTemporaryDirectory { folder in
            let inner = folder + "/Grün"
            try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true)
            try Data("leaf".utf8).write(to: URL(filePath: inner + "/葉.txt"))
            let made = try await runTool("/bin/sh", ["-c", "cd \"$1\" && zip -qr made.zip Grün", "sh", folder])
            #expect(made.status == 0, "\(made.text)")
            let found = try await contents(of: ZipReader.open(folder + "/made.zip"))
            #expect(found.map(\.entry.name) == ["Grün", "Grün/葉.txt"])
            #expect(found.last.map { String(decoding: $0.bytes, as: UTF8.self) } == "leaf")
        }
    }

    @Test("An entry can be passed over or left in the middle, and is read only while it is at hand")
    func passing() async throws {
        try await withTemporaryDirectory { folder in
            let path = folder + "/a.zip"
            let sink = try FileSink(path)
            var zip = try ZipWriter { try sink.take($0) }
            for name in ["a", "b", "c"] { try await zip.add(name, patternBytes(1_000_000) + Array(name.utf8)) }
            try await zip.finish()

            let reader = try await ZipReader.open(path)
            let a = try #require(try await reader.next())
            let b = try #require(try await reader.next())
            var fault = await #expect(throws: ZipFault.self) { _ = try await reader.read(a) }
            #expect(fault?.code == .passed)
            #expect(try await reader.read(b)?.count == ZipReader.pieceSize)
            let c = try #require(try await reader.next())
            fault = await #expect(throws: ZipFault.self) { _ = try await reader.bytes(of: c, limit: 1_000_000) }
            #expect(fault?.code == .entryTooLarge)
            #expect(try await reader.bytes(of: c, limit: 1_000_001).last == UInt8(ascii: "c"))
            #expect(try await reader.read(c) == nil)
            #expect(try await reader.next() == nil)
            #expect(try await reader.next() == nil)
            fault = await #expect(throws: ZipFault.self) { _ = try await reader.read(c) }
            #expect(fault?.code == .passed)
        }
    }

    @Test("What is no readable file is a fault that says so")
    func notFiles() async throws {
        try await withTemporaryDirectory { folder in
            for (path, code) in [(folder + "/none.zip", ZipFault.Code.notFound), (folder, .unreadable)] {
                let fault = await #expect(throws: ZipFault.self) { _ = try await ZipReader.open(path) }
                #expect(fault?.code == code)
            }
            let missing = await #expect(throws: ZipFault.self) {
                _ = try await ZipReader.spool(pieces(of: [1]), in: folder + "/none")
            }
            #expect(missing?.code == .notFound)
        }
    }

    private struct Gone: Error {}

    @Test("A stream that is too long or fails leaves nothing behind")
    func badStreams() async throws {
        try await withTemporaryDirectory { folder in
            let fault = await #expect(throws: ZipFault.self) {
                let endless = AsyncStream<[UInt8]> { [1, 2, 3] }
                _ = try await ZipReader.spool(endless, in: folder, limits: ZipLimits(archiveBytes: 10_000))
            }
            #expect(fault?.code == .tooLarge)
            await #expect(throws: Gone.self) {
                let failing = AsyncThrowingStream<[UInt8], any Error> { throw Gone() }
                _ = try await ZipReader.spool(failing, in: folder)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
            try await eventually("the spools are closed") { openFiles(in: folder) == 0 }
        }
    }
}

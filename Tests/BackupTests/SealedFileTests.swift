import Core
import ObjectStore
import Testing

@testable import Backup

@Suite("Encrypted files") struct SealedFileTests {
    private static let secret = BackupSecret("correct horse battery staple")

    @Test(
        "give their content back at every size around the chunks",
        arguments: [0, 1, 65_535, 65_536, 65_537, 131_072, 200_001]
    )
    func sizes(size: Int) async throws {
        let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let sealed = try await Self.seal(content)
        #expect(try await Self.open(sealed) == content)
    }

    @Test("end where they were ended: cut, longer or with chunks swapped they are damaged") func cuts() async throws {
        let content = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let sealed = try await Self.seal(content)
        let chunk = SealedFile.chunk + SecretStreamWriter.overhead
        let start = SealedFile.headSize
        var spoilt = [
            Array(sealed[..<(start + chunk)]), Array(sealed[..<(start + 2 * chunk)]), sealed + [0],
            Array(sealed[..<start]),
        ]
        spoilt.append(
            Array(sealed[..<start]) + sealed[(start + chunk)..<(start + 2 * chunk)] + sealed[start..<(start + chunk)]
                + sealed[(start + 2 * chunk)...]
        )
        for bytes in spoilt {
            await #expect(throws: BackupFault.self) { _ = try await Self.open(bytes) }
        }
    }

    @Test("that ask for an unreasonable key are refused before it is made") func cost() async throws {
        var sealed = try await Self.seal([1])
        let cost = SealedFile.magic.count + SecretKey.saltSize
        sealed[cost + 1] = 0xFF
        let bytes = sealed
        await #expect(throws: BackupFault.damaged("the head of x was changed")) { _ = try await Self.open(bytes) }
    }

    @Test("are named by moments, in their order") func ids() throws {
        let id = BackupID(at: Timestamp(microseconds: 1_778_749_920_123_456))
        #expect("\(id)".hasPrefix("2026-05-14T091200Z-"))
        #expect(BackupID("\(id)") == id)
        for text in [
            "", "2026-05-14T091200Z", "2026-05-14T091200Z-12g4", "2026-13-14T091200Z-1234", "2026-05-14T091200Z-12345",
            "../../etc/passwd",
        ] {
            #expect(BackupID(text) == nil, "\(text)")
        }
    }

    private static func seal(_ content: [UInt8]) async throws -> [UInt8] {
        let seal = try await Seal(SecretKey.salt(), with: secret, cost: .init(passes: 1, megabytes: 8))
        let sealing = SealedFile.Sealing(seal)
        var sealed: [UInt8] = []
        for start in stride(from: 0, to: content.count, by: 10_000) {
            sealed += sealing.push(Array(content[start..<min(start + 10_000, content.count)]))
        }
        return sealed + sealing.finish()
    }

    private static func open(_ bytes: [UInt8]) async throws -> [UInt8] {
        let summary = ObjectSummary(key: try ObjectKey("x"), size: Int64(bytes.count), modified: .now())
        let file = ObjectContent(summary: summary, range: 0..<summary.size) { offset, count in
            Array(bytes[Int(offset)..<min(Int(offset) + count, bytes.count)])
        }
        var content: [UInt8] = []
        for try await piece in VaultContent(name: "x", pieces: file.pieces, secret: secret, isSealed: true) {
            content += piece
        }
        return content
    }
}

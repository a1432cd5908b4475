import Archive
import Core
import Foundation
import TestSupport
import Testing

@Suite("Reading hostile zip archives")
struct HostileArchiveTests {
    /// A way to make an archive with Python, and what must be said about it.
    struct Attack: Sendable, CustomTestStringConvertible {
        let name: String
        let code: ZipFault.Code
        /// Writes to `p`; `z` is `zipfile`.
        let script: String
        var testDescription: String { name }
    }

    private static let helpers = """
        import sys, io, struct, stat, warnings, zipfile as z
        warnings.simplefilter("ignore")
        p = sys.argv[1]
        def entry(name, mode=0o100644):
            i = z.ZipInfo(name); i.external_attr = mode << 16; i.create_system = 3; i.compress_type = z.ZIP_DEFLATED
            return i
        def make(*entries, **more):
            b = io.BytesIO()
            with z.ZipFile(b, "w", z.ZIP_DEFLATED) as f:
                for name, data in entries: f.writestr(name, data, **more)
            return bytearray(b.getvalue())
        def save(b): open(p, "wb").write(b)
        good = make(("a.txt", b"alpha" * 100), ("b.txt", b"beta" * 100))
        central = good.index(b"PK\\x01\\x02")
        end = good.index(b"PK\\x05\\x06")

        """

    static let attacks: [Attack] = [
        Attack(name: "leaves the folder", code: .unsafeName, script: #"save(make(("../a", b"x")))"#),
        Attack(
            name: "leaves the folder later",
            code: .unsafeName,
            script: #"save(make(("a", b"x"), ("b/../../c", b"x")))"#
        ),
        Attack(name: "absolute name", code: .unsafeName, script: #"save(make(("/etc/passwd", b"x")))"#),
        Attack(name: "a drive", code: .unsafeName, script: #"save(make(("C:/x", b"x")))"#),
        Attack(name: "a backslash", code: .unsafeName, script: #"save(make(("aXb", b"x")).replace(b"aXb", b"a\\b"))"#),
        Attack(name: "a zero byte", code: .unsafeName, script: #"save(make(("aXb", b"x")).replace(b"aXb", b"a\0b"))"#),
        Attack(name: "not UTF-8", code: .unsafeName, script: #"save(make(("aXb", b"x")).replace(b"aXb", b"a\x81b"))"#),
        Attack(name: "a very long name", code: .unsafeName, script: #"save(make(("a/" * 600 + "b", b"x")))"#),
        Attack(name: "the same name twice", code: .duplicateName, script: #"save(make(("a", b"x"), ("a", b"y")))"#),
        Attack(
            name: "a folder and a file of one name",
            code: .duplicateName,
            script: #"save(make(("a/", b""), ("a", b"y")))"#
        ),
        Attack(
            name: "a symbolic link",
            code: .symbolicLink,
            script: #"save(make((entry("link", 0o120777), b"/etc/passwd")))"#
        ),
        Attack(name: "a device", code: .specialFile, script: #"save(make((entry("device", 0o020666), b"")))"#),
        Attack(name: "encrypted", code: .encrypted, script: "good[central + 8] |= 1; good[6] |= 1; save(good)"),
        Attack(name: "encrypted, as only the entry says", code: .encrypted, script: "good[6] |= 1; save(good)"),
        Attack(
            name: "bzip2",
            code: .unsupported,
            script: #"save(make(("a", b"x" * 999), compress_type=z.ZIP_BZIP2))"#
        ),
        Attack(name: "LZMA, as only the entry says", code: .unsupported, script: "good[8] = 14; save(good)"),
        Attack(
            name: "an entry that is a bomb",
            code: .entryTooLarge,
            script: #"save(make(("a", bytes(2_000_000)), ("b", b"x")))"#
        ),
        Attack(
            name: "a bomb of many",
            code: .tooLarge,
            script: #"save(make(*[(str(i), bytes(900_000)) for i in range(10)]))"#
        ),
        Attack(
            name: "a bomb that lies in both places",
            code: .damaged,
            script: """
                b = make(("a", bytes(50_000_000)))
                c = b.index(b"PK\\x01\\x02")
                b[c + 24:c + 28] = b[22:26] = struct.pack("<I", 1000)
                save(b)
                """
        ),
        Attack(
            name: "entries that overlap",
            code: .damaged,
            script: "c = good.index(b'PK\\x01\\x02', central + 4); good[c + 42:c + 46] = bytes(4); save(good)"
        ),
        Attack(
            name: "too many entries",
            code: .tooManyEntries,
            script: #"save(make(*[(str(i), b"") for i in range(51)]))"#
        ),
        Attack(
            name: "more entries than it says",
            code: .damaged,
            script: "good[end + 8] = good[end + 10] = 1; save(good)"
        ),
        Attack(
            name: "fewer entries than it says",
            code: .damaged,
            script: "good[end + 8] = good[end + 10] = 3; save(good)"
        ),
        Attack(name: "another name in the entry", code: .damaged, script: "good[30] = ord('c'); save(good)"),
        Attack(name: "a wrong checksum", code: .damaged, script: "good[14] ^= 1; good[central + 16] ^= 1; save(good)"),
        Attack(name: "a wrong byte", code: .damaged, script: "good[40] ^= 0x55; save(good)"),
        Attack(name: "in two parts", code: .unsupported, script: "good[end + 4] = 1; save(good)"),
        Attack(name: "bytes before it", code: .damaged, script: "save(b'#!/bin/sh' + good)"),
        Attack(name: "bytes behind it", code: .truncated, script: "save(good + b'more')"),
        Attack(name: "cut in an entry", code: .truncated, script: "save(good[:50])"),
        Attack(name: "cut in its directory", code: .truncated, script: "save(good[:end - 5])"),
        Attack(name: "cut in its last record", code: .truncated, script: "save(good[:-1])"),
        Attack(name: "cut out of its middle", code: .damaged, script: "save(good[:40] + good[60:])"),
        Attack(name: "no archive", code: .notAnArchive, script: "save(b'hello' * 100)"),
        Attack(name: "nothing", code: .notAnArchive, script: "save(b'')"),
        Attack(
            name: "a zip64 record that points outside",
            code: .damaged,
            script: "save(good[:end] + b'PK\\x06\\x07' + bytes(4) + struct.pack('<QI', 2**63 - 1, 1) + good[end:])"
        ),
        Attack(
            name: "a zip64 size that is missing",
            code: .damaged,
            script: "good[central + 24:central + 28] = b'\\xff' * 4; save(good)"
        ),
    ]

    private static let limits = ZipLimits(entries: 50, entryBytes: 1_000_000, totalBytes: 5_000_000)

    @Test("Each attack is refused by its name, from a file and from a stream", arguments: attacks)
    func attack(attack: Attack) async throws {
        try await withTemporaryDirectory { folder in
            let path = folder + "/attack.zip"
            _ = try await python(Self.helpers + attack.script, path)
            let bytes = [UInt8](try #require(FileManager.default.contents(atPath: path)))
            let fromFile = await #expect(throws: ZipFault.self) {
                _ = try await contents(of: ZipReader.open(path, limits: Self.limits))
            }
            #expect(fromFile?.code == attack.code, "\(fromFile?.detail ?? "")")
            let fromStream = await #expect(throws: ZipFault.self) {
                _ = try await contents(of: ZipReader.spool(pieces(of: bytes), in: folder, limits: Self.limits))
            }
            #expect(fromStream?.code == attack.code)
            let skipping = await #expect(throws: ZipFault.self) {
                let reader = try await ZipReader.open(path, limits: Self.limits)
                while try await reader.next() != nil {}
            }
            #expect(skipping?.code == attack.code, "also when entries are only passed over")
        }
    }

    @Test("Any single damaged byte is either harmless or a fault, never more or other bytes")
    func everyByte() async throws {
        try await withTemporaryDirectory { folder in
            let path = folder + "/good.zip"
            _ = try await python(Self.helpers + "save(good)", path)
            let good = [UInt8](try #require(FileManager.default.contents(atPath: path)))
            let right = [Array(repeating: "alpha", count: 100), Array(repeating: "beta", count: 100)]
                .map { Array($0.joined().utf8) }
            for index in good.indices {
                for change in [UInt8(1), 0x80, 0xFF] {
                    var bytes = good
                    bytes[index] ^= change
                    do {
                        let found = try await contents(of: ZipReader.spool(pieces(of: bytes), in: folder))
                        #expect(found.map(\.bytes) == right, "byte \(index)")
                    } catch is ZipFault {}
                }
            }
        }
    }

    @Test("Names do not get into what a fault says of itself")
    func discreet() async throws {
        try await withTemporaryDirectory { folder in
            let path = folder + "/a.zip"
            _ = try await python(Self.helpers + #"save(make(("../secret", b"x")))"#, path)
            let fault = await #expect(throws: ZipFault.self) { _ = try await ZipReader.open(path) }
            #expect(fault?.detail.contains("secret") == true)
            #expect(fault.map { "\($0)" }?.contains("secret") == false)
        }
    }
}

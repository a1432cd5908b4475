import Core
import Foundation
import TestSupport
import Testing

@Suite("Secrets") struct SecretTests {
    @Test func `a sealed secret opens with its key at its place alone`() {
        let box = SealedBox(key: MasterSecret(text: "one").key(for: "test"))
        let sealed = box.seal(Array("secret".utf8), for: "row 1")
        #expect(box.open(sealed, for: "row 1") == Array("secret".utf8))
        #expect(box.open(sealed, for: "row 2") == nil)
        #expect(SealedBox(key: MasterSecret(text: "two").key(for: "test")).open(sealed, for: "row 1") == nil)
        #expect(SealedBox(key: MasterSecret(text: "one").key(for: "other")).open(sealed, for: "row 1") == nil)
        #expect(box.seal(Array("secret".utf8), for: "row 1") != sealed, "never twice the same")
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(box.open(changed, for: "row 1") == nil)
        }
        #expect(box.open([], for: "row 1") == nil && box.open(Array(sealed.prefix(30)), for: "row 1") == nil)
        #expect(box.open(box.seal([], for: ""), for: "") == [])
    }

    @Test func `a password matches its hash, which tells its cost`() throws {
        let hash = try #require(PasswordHash(of: "copper lantern"))
        #expect(hash.text.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(hash.matches("copper lantern") && !hash.matches("copper lanterm") && !hash.matches(""))
        #expect(try #require(PasswordHash(of: "copper lantern")) != hash)
        #expect(!hash.isOutdated)
        #expect(!PasswordHash(text: "").matches("") && !PasswordHash(text: "nonsense").matches("nonsense"))
        #expect(PasswordHash(text: hash.text.replacingOccurrences(of: "t=2", with: "t=1")).isOutdated)
        let zero = try #require(PasswordHash(of: "a\u{0}b"))
        #expect(zero.matches("a\u{0}b") && !zero.matches("a"))
    }

    @Test func `the secret of an installation is made once, for its owner alone`() async throws {
        try await withTemporaryDirectory { folder in
            let path = folder + "/secret.key"
            let keys = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for _ in 0..<8 { group.addTask { try MasterSecret.file(path).key(for: "test") } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(keys.count == 1)
            let permissions = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(permissions == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["secret.key"])
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            #expect(throws: MasterSecretFault.self) { try MasterSecret.file(path) }
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            try Data("short".utf8).write(to: URL(filePath: path))
            #expect(throws: MasterSecretFault.self) { try MasterSecret.file(path) }
        }
    }

    @Test(arguments: [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("\u{3FF}\u{3FF}~~", "z7_Pv35-")])
    func `base64 for addresses has one text for each value`(text: String, written: String) {
        #expect(Array(text.utf8).base64URL == written)
        #expect(written.base64URLBytes == Array(text.utf8))
    }

    @Test(arguments: ["Zg==", "Zh", "Z", "Zm9v ", "Zm+v", "Zm/v", "Zm9v\n"])
    func `other texts are none`(text: String) { #expect(text.base64URLBytes == nil) }
}

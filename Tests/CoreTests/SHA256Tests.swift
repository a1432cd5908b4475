import Core
import Testing

struct SHA256Tests {
    @Test(
        "Digests agree with FIPS 180",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ]
    )
    func known(text: String, digest: String) {
        #expect(SHA256(of: Array(text.utf8)).description == digest)
        #expect(SHA256(hexadecimal: digest.uppercased())?.description == digest)
    }

    @Test func `pieces give the digest of the whole`() {
        var hasher = SHA256.Hasher()
        hasher.update(Array("a".utf8))
        hasher.update(Array("bc".utf8)[0..<2])
        #expect(hasher.finalize() == SHA256(of: Array("abc".utf8)))
    }

    @Test(arguments: ["", "zz", String(repeating: "g", count: 64), String(repeating: "a", count: 63)])
    func `other text is no digest`(text: String) {
        #expect(SHA256(hexadecimal: text) == nil)
    }

    @Test func `secrets are compared whole`() {
        #expect(constantTimeEqual(Array("abc".utf8), Array("abc".utf8)))
        #expect(!constantTimeEqual(Array("abc".utf8), Array("abd".utf8)))
        #expect(!constantTimeEqual(Array("abc".utf8), Array("ab".utf8)))
        #expect(constantTimeEqual([], []))
    }
}

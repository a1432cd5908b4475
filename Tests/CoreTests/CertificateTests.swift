import Core
import Testing

struct CertificateTests {
    @Test func `a server certificate is good for its names and for no other`() throws {
        let authority = try Certificate.authority(named: "Hedgerow test")
        let server = try authority.serverCertificate(for: ["hedgerow.local", "192.168.1.20", "::1"])
        #expect(server.isGood(forDays: 300, names: ["hedgerow.local", "192.168.1.20", "::1"]))
        #expect(!server.isGood(forDays: 300, names: ["other.local"]))
        #expect(!server.isGood(forDays: 900, names: ["hedgerow.local"]))
    }

    @Test func `PEM is read back, and a foreign key is refused`() throws {
        let one = try Certificate.authority(named: "one")
        let two = try Certificate.authority(named: "two")
        let again = try #require(Certificate(certificatePEM: one.certificatePEM, keyPEM: one.keyPEM))
        #expect(again.certificatePEM == one.certificatePEM)
        #expect(Certificate(certificatePEM: one.certificatePEM, keyPEM: two.keyPEM) == nil)
        #expect(Certificate(certificatePEM: "nothing", keyPEM: one.keyPEM) == nil)
    }

    @Test(arguments: [("127.0.0.1", true), ("::1", true), ("hedgerow.local", false), ("1.2.3", false), ("", false)])
    func `addresses are told from names`(text: String, isAddress: Bool) {
        #expect(text.isIPAddress == isAddress)
    }
}

import Glibc
import Testing

@testable import Outbound

@Suite("Public addresses") struct PublicAddressTests {
    @Test(
        "Private, local and reserved addresses are not public",
        arguments: [
            "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.255", "169.254.169.254", "172.16.0.1",
            "172.31.255.255", "192.168.1.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1",
            "fc00::1", "fd12::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
            "2001::1", "::7f00:1", "fec0::1", "100::1",
        ]
    )
    func reserved(text: String) { #expect(!PublicAddress.contains(bytes(of: text))) }

    @Test(
        "Addresses of the internet are public",
        arguments: [
            "1.1.1.1", "8.8.8.8", "100.63.255.255", "172.15.0.1", "172.32.0.1", "192.167.1.1", "223.255.255.255",
            "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::",
        ]
    )
    func open(text: String) { #expect(PublicAddress.contains(bytes(of: text))) }

    @Test("What is no address is not public", arguments: [0, 3, 5, 15, 17]) func strange(length: Int) {
        #expect(!PublicAddress.contains([UInt8](repeating: 8, count: length)))
    }

    private func bytes(of text: String) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 16)
        let isV6 = text.contains(":")
        #expect(inet_pton(isV6 ? AF_INET6 : AF_INET, text, &bytes) == 1)
        return Array(bytes.prefix(isV6 ? 16 : 4))
    }
}

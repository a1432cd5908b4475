import Core
import Testing

@Suite struct AddressListTests {
    @Test(arguments: [
        ("10.1.2.3", true), ("10.2.0.1", false), ("192.168.1.7", true), ("192.168.1.8", false), ("fd00::1", true),
        ("fe80::1", false), ("::ffff:10.1.2.3", true), ("unknown", false),
    ])
    func `networks hold their addresses`(address: String, isInside: Bool) throws {
        let list = try AddressList(["10.1.0.0/16", "192.168.1.7", "fd00::/8"])
        #expect(list.contains(address) == isInside)
        #expect(AddressList.bytes(address).map(list.contains) ?? false == isInside)
    }

    @Test(arguments: ["", "10.0.0.0/33", "host", "::/129", "10.0.0.0/x"])
    func `what is no network is refused`(entry: String) {
        #expect(throws: AddressList.Fault.self) { try AddressList([entry]) }
    }
}

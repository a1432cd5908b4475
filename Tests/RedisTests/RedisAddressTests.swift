import Redis
import Testing

struct RedisAddressTests {
    @Test(arguments: [
        ("redis://localhost", "localhost:6379"), ("redis://10.1.2.3:7000", "10.1.2.3:7000"),
        ("redis://host/", "host:6379"), ("redis://host:1/3", "host:1/3"), ("REDIS://host", "host:6379"),
        ("redis://[::1]:6380/2", "[::1]:6380/2"), ("redis://anna:geheim@host", "host:6379"),
        ("redis://:geheim@host:1", "host:1"), ("redis://anna:ge%40heim%2F%23@host", "host:6379"),
    ])
    func `an address is read, and prints without credentials`(url: String, printed: String) throws {
        let address = try RedisAddress(url)
        #expect("\(address)" == printed)
        var dumped = ""
        dump(address, to: &dumped)
        for text in ["\(address)", String(reflecting: address), dumped] {
            #expect(!text.contains("geheim") && !text.contains("anna"))
        }
    }

    @Test(arguments: [
        ("rediss://:geheim@host", "tunnel"), ("", "redis://"), ("host:6379", "redis://"), ("http://host", "redis://"),
        ("redis://", "redis://"), ("redis://:geheim@", "redis://"), ("redis://host:0", "port"),
        ("redis://host:70000", "port"), ("redis://host:6379/x", "database"), ("redis://host/-1", "database"),
        ("redis://anna@host", "password"), ("redis://:ge#heim@host", "redis://"), ("redis://host?geheim", "redis://"),
    ])
    func `what is no address of Redis is refused with the cure and without the password`(url: String, cure: String) {
        let fault = #expect(throws: RedisAddressFault.self) { try RedisAddress(url) }
        let text = fault.map { "\($0)" } ?? ""
        #expect(text.contains(cure), "\(text)")
        #expect(!text.contains("geheim"))
    }
}

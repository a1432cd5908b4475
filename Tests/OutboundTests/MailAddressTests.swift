import Testing

@testable import Outbound

@Suite("Mail address") struct MailAddressTests {
    @Test(
        "An address keeps what is before the @ and writes the host in ASCII",
        arguments: [
            ("keeper@garden.example", "keeper@garden.example"),
            ("Keeper.Of+bees@Garden.EXAMPLE", "Keeper.Of+bees@garden.example"),
            ("o'brien@home", "o'brien@home"),
            ("gärtner@bücher.example", "gärtner@xn--bcher-kva.example"),
            ("用户@例え.テスト", "用户@xn--r8jz45g.xn--zckzah"),
            ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
        ]
    )
    func good(text: String, address: String) throws {
        #expect(try MailAddress(text).address == address)
        #expect(try MailAddress(text).name == nil)
    }

    @Test(
        "What is no address is refused without being repeated",
        arguments: [
            "", "keeper", "@garden.example", "keeper@", "a@b@c.example", "two words@garden.example", "a@garden example",
            "a@garden.example\r\nBcc: b@evil.example", "a@garden.example\n", "a\u{0}@garden.example",
            "a@garden..example",
            ".a@garden.example", "a.@garden.example", "a..b@garden.example", "a@-garden.example", "a@[127.0.0.1]",
            "\"a b\"@garden.example", "a@gar_den.example", "<a@garden.example>", "a,b@garden.example",
            "a@garden.example>", "a@b/c", "a@b:25", "a\u{2028}b@garden.example", "a\u{202E}b@garden.example",
            "a@\u{202E}garden.example", String(repeating: "a", count: 65) + "@garden.example",
            "a@" + String(repeating: "b", count: 64) + ".example",
            "a@" + Array(repeating: "bcdefgh", count: 40).joined(separator: "."), "a@ü b", "a@\u{FF0E}", "a@%0d%0a",
        ]
    )
    func bad(text: String) {
        let fault = #expect(throws: MailFormatFault.self) { try MailAddress(text) }
        let words = fault.map { "\($0)" } ?? ""
        #expect(words.hasPrefix("the address "))
        #expect(text.count < 10 || !words.contains(text))
    }

    @Test(
        "A name may stand before the address, as people write it",
        arguments: [
            ("Hedgerow <h@garden.example>", "Hedgerow"), ("\"Row, Hedge\" <h@garden.example>", "Row, Hedge"),
            ("  Grüne Hecke  <h@garden.example> ", "Grüne Hecke"), ("<h@garden.example>", nil),
            ("h@garden.example", nil), ("\"\" <h@garden.example>", nil),
        ]
    )
    func named(text: String, name: String?) throws {
        let address = try MailAddress(parsing: text)
        #expect(address.name == name)
        #expect(address.address == "h@garden.example")
    }

    @Test(
        "A name is one line of moderate length",
        arguments: ["a\r\nBcc: b@evil.example", "a\nb", "a\u{7}", "\u{202E}evil", String(repeating: "a", count: 201)]
    )
    func badNames(name: String) {
        let fault = #expect(throws: MailFormatFault.self) { try MailAddress("a@garden.example", name: name) }
        #expect(fault?.field == "the name")
        #expect(throws: MailFormatFault.self) { try MailAddress(parsing: "\(name) <a@garden.example>") }
    }
}

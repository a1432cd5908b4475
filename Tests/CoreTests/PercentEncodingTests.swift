import Core
import Testing

struct PercentEncodingTests {
    @Test(arguments: [("a-b_c.d~e", "a-b_c.d~e"), ("a b/c", "a%20b%2Fc"), ("\u{E4}+$", "%C3%A4%2B%24"), ("", "")])
    func `a text is escaped and read back`(text: String, escaped: String) {
        #expect(text.percentEncoded() == escaped)
        #expect(escaped.percentDecoded() == text)
    }

    @Test(arguments: ["%", "%4", "%zz", "%FF"])
    func `what is no escape or no UTF-8 is not decoded`(text: String) { #expect(text.percentDecoded() == nil) }
}

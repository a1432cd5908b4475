import Testing

@testable import Core

struct HTMLTextTests {
    @Test(
        "What means something to HTML is written out, also where a mark joins it to a letter",
        arguments: [
            ("plain", "plain"), ("<b> & \"c\"", "&lt;b&gt; &amp; &quot;c&quot;"), ("\"\u{301} x=", "&quot;\u{301} x="),
            ("<\u{338}", "&lt;\u{338}"),
        ]
    )
    func escaping(text: String, expected: String) {
        #expect(Array(text.escapedForHTML.unicodeScalars) == Array(expected.unicodeScalars))
    }
}

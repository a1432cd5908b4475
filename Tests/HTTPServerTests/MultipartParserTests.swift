import Testing

@testable import HTTPServer

@Suite struct MultipartParserTests {
    private static let type = "multipart/form-data; boundary=XX"

    /// Feeds `text` in pieces of `step` bytes and joins what belongs together.
    private func parse(_ text: String, step: Int, limits: MultipartParser.Limits = .init()) throws -> [String] {
        var parser = try MultipartParser(contentType: Self.type, limits: limits)
        var told: [String] = []
        var data: [UInt8] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: step) {
            for event in try parser.feed(Array(bytes[start..<min(start + step, bytes.count)])) {
                switch event {
                case .began(let head):
                    told.append("begin \(head.name) \(head.filename ?? "-") \(head.contentType ?? "-")")
                case .data(let piece): data += piece
                case .ended:
                    told.append("data \(String(decoding: data, as: UTF8.self))")
                    data = []
                case .finished: told.append("finished")
                }
            }
        }
        try parser.finish()
        return told
    }

    @Test(arguments: [1, 2, 3, 7, 1_000])
    func `a form is the same however it is cut`(step: Int) throws {
        let body = """
            --XX\r
            Content-Disposition: form-data; name="a"\r
            \r
            one\r
            --XX\r
            content-disposition: form-data; name="file"; filename="x.jpg"\r
            Content-Type: image/jpeg\r
            \r
            \r\n--X\r\n\r\n-- XX\r
            --XX\r
            Content-Disposition: form-data; name=empty\r
            \r
            \r
            --XX--\r
            trailing
            """
        #expect(
            try parse(body, step: step) == [
                "begin a - -", "data one", "begin file x.jpg image/jpeg", "data \r\n--X\r\n\r\n-- XX",
                "begin empty - -",
                "data ", "finished",
            ]
        )
    }

    @Test(arguments: [
        ("", "ends before its closing boundary"),
        ("preamble--XX", "does not begin with its boundary"),
        (
            "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n--XX\r\n",
            "ends before its closing boundary"
        ),
        ("--XX\r\n\r\nno head\r\n--XX--", "has a part without a name"),
        ("--XXX\r\n", "has a boundary that is not followed by a line break"),
        ("--XX\r\nContent-Disposition: attachment; name=a\r\n\r\n\r\n--XX--", "has a part that is not form-data"),
        ("--XX\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n\r\n--XX--", "has a part without a name"),
        ("--XX\r\nno colon\r\n\r\n\r\n--XX--", "has a part with a malformed head"),
        (
            "--XX\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\n\r\n--XX--",
            "has a part with a transfer encoding"
        ),
        ("--XX\r\nX: \u{1}\r\n\r\n\r\n--XX--", "has a control character in the head of a part"),
    ])
    func `a broken form says what is wrong`(body: String, reason: String) {
        #expect(throws: MultipartParser.Fault(reason: reason)) { try parse(body, step: 5) }
    }

    @Test func `parts, heads and names are bounded`() {
        let part = "--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
        #expect(throws: MultipartParser.Fault(reason: "has more than 2 parts")) {
            try parse(String(repeating: part, count: 3) + "--XX--", step: 50, limits: .init(parts: 2))
        }
        #expect(throws: MultipartParser.Fault(reason: "has a part whose head is larger than 64 bytes")) {
            try parse("--XX\r\nX: " + String(repeating: "y", count: 1_000), step: 50, limits: .init(head: 64))
        }
        #expect(throws: MultipartParser.Fault(reason: "has a name of more than 8 bytes")) {
            try parse(
                "--XX\r\nContent-Disposition: form-data; name=\"aaaaaaaaa\"\r\n\r\n\r\n--XX--",
                step: 50,
                limits: .init(name: 8)
            )
        }
    }

    @Test func `a name that is not UTF-8 is refused`() throws {
        var parser = try MultipartParser(contentType: Self.type)
        let body =
            Array("--XX\r\nContent-Disposition: form-data; name=\"a\"; filename=\"".utf8) + [0xFF, 0xFE]
            + Array("\"\r\n\r\n\r\n--XX--".utf8)
        #expect(throws: MultipartParser.Fault(reason: "has a name that is not UTF-8")) { try parser.feed(body) }
    }

    @Test(arguments: [
        ("leaf.jpg", "leaf.jpg"), ("../../etc/passwd", "passwd"), (#"C:\pictures\leaf.jpg"#, "leaf.jpg"),
        ("..", "file"),
        ("", "file"), ("a\u{0}b\u{7F}.jpg", "ab.jpg"), ("/", "file"), ("bl\u{E4}tter.jpg", "bl\u{E4}tter.jpg"),
    ])
    func `a file's name is only a name`(given: String, name: String) {
        #expect(PartHead.sanitised(given, limit: 255) == name)
    }

    @Test(arguments: [
        "multipart/form-data", "multipart/form-data; boundary=", "text/plain; boundary=a",
        "multipart/form-data; boundary=\"\u{1}\"", "multipart/form-data; boundary=" + String(repeating: "a", count: 71),
    ])
    func `a boundary is needed`(type: String) {
        #expect(throws: MultipartParser.Fault.self) { try MultipartParser(contentType: type) }
    }
}

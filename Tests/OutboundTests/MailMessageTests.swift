import Core
import Testing

@testable import Outbound

@Suite("Mail message") struct MailMessageTests {
    private let from = try? MailAddress("row@garden.example", name: "Hedgerow")

    private func address() throws -> MailAddress { try MailAddress("keeper@garden.example") }

    private func text(_ message: MailMessage, id: String = "1") throws -> String {
        let now = Timestamp(microseconds: 1_778_749_920_000_000)
        return String(decoding: message.bytes(from: try #require(from), id: id, at: now), as: UTF8.self)
    }

    @Test func `a plain mail is one part, and the same bytes each time`() throws {
        let message = try MailMessage(to: [address()], subject: "Frost tonight", text: "Cover the beans.\n.\nFrom us")
        let bytes = try text(message)
        #expect(
            bytes == """
                From: Hedgerow <row@garden.example>\r
                To: keeper@garden.example\r
                Subject: Frost tonight\r
                Date: Thu, 14 May 2026 09:12:00 +0000\r
                Message-ID: <1@garden.example>\r
                Auto-Submitted: auto-generated\r
                MIME-Version: 1.0\r
                Content-Type: text/plain; charset=utf-8\r
                Content-Transfer-Encoding: quoted-printable\r
                \r
                Cover the beans.\r
                =2E\r
                =46rom us\r

                """
        )
        #expect(try text(message) == bytes)
    }

    @Test(
        "No text becomes a header",
        arguments: ["a\r\nBcc: b@evil.example", "a\nb", "a\rb", "a\u{0}b", "a\u{85}b", "a\u{2028}b", "", "\u{202E}a"]
    )
    func injection(text: String) throws {
        let to = [try address()]
        #expect(throws: MailFormatFault.self) { try MailMessage(to: to, subject: text, text: "") }
        #expect(throws: MailFormatFault.self) { try MailFile(text, type: "text/csv", bytes: []) }
        #expect(throws: MailFormatFault.self) { try MailFile("a.csv", type: "text/\(text)", bytes: []) }
        #expect(throws: MailFormatFault.self) {
            try MailFile("a.png", type: "image/png", bytes: [], place: .inline(id: text))
        }
        #expect(throws: MailFormatFault.self) { try MailMessage(to: to, subject: "a", text: "", id: text) }
        #expect(throws: MailFormatFault.self) {
            try MailMessage(to: to, subject: "a", text: "", unsubscribe: "https://garden.example/\(text)\r\n")
        }
    }

    @Test func `a mail has limits, and each is named`() throws {
        let to = try address()
        func field(_ make: () throws -> MailMessage) -> String? {
            #expect(throws: MailFormatFault.self) { try make() }?.field
        }
        #expect(field { try MailMessage(to: [], subject: "a", text: "") } == "a mail")
        #expect(field { try MailMessage(to: Array(repeating: to, count: 51), subject: "a", text: "") } == "a mail")
        let long = String(repeating: "a", count: (1 << 20) + 1)
        #expect(field { try MailMessage(to: [to], subject: long, text: "") } == "the subject")
        #expect(field { try MailMessage(to: [to], subject: "a", text: long) } == "the text")
        #expect(field { try MailMessage(to: [to], subject: "a", text: "", html: long) } == "the HTML")
        let large = try MailFile("a", type: "image/png", bytes: Array(repeating: 0, count: 11 << 20))
        #expect(field { try MailMessage(to: [to], subject: "a", text: "", files: [large, large]) } == "the files")
        let inner = try MailFile("a", type: "image/png", bytes: [], place: .inline(id: "a"))
        #expect(field { try MailMessage(to: [to], subject: "a", text: "", files: [inner]) } == "a file")
        let odd = "the address for ending mails"
        for text in ["javascript:alert(1)", "https://a b", "https://a>,<https://b", "", "https://gärten.example"] {
            #expect(field { try MailMessage(to: [to], subject: "a", text: "", unsubscribe: text) } == odd)
        }
        for type in ["png", "a/b/c", "image/", "multipart/mixed", "message/rfc822", "text/plain; charset=x"] {
            #expect(throws: MailFormatFault.self) { try MailFile("a", type: type, bytes: []) }
        }
        for name in ["../a", "a/b", "a\\b", ".."] {
            #expect(throws: MailFormatFault.self) { try MailFile(name, type: "a/b", bytes: []) }
        }
    }

    @Test(
        "Lines of encoded text stay within 76 columns, whatever stands where they break",
        arguments: ["x", ".", "=", "ü", " ", "🦔", "From ", "a.", "\t"]
    )
    func columns(piece: String) throws {
        for shift in 0..<5 {
            let text = String(repeating: "y", count: shift) + String(repeating: piece, count: 200)
            let lines = String(decoding: QuotedPrintable(text).bytes, as: UTF8.self).split(separator: "\r\n")
            #expect(lines.allSatisfy { $0.utf8.count <= 76 && $0.first != "." && $0.last != " " && $0.last != "\t" })
            #expect(lines.dropLast().allSatisfy { $0.last == "=" })
        }
    }

    @Test func `every kind of line end becomes the same one`() {
        let bytes = QuotedPrintable("a\nb\r\nc\rd\n\ne").bytes
        #expect(String(decoding: bytes, as: UTF8.self) == "a\r\nb\r\nc\r\nd\r\n\r\ne\r\n")
        #expect(QuotedPrintable("").bytes.isEmpty)
    }
}

import Core
import Foundation
import TestSupport
import Testing

@testable import Outbound

@Suite("Mail sender") struct MailSenderTests {
    private func sender(
        _ url: String,
        from: String = "row@garden.example",
        total: Duration = .seconds(60)
    ) throws
        -> MailSender
    {
        try MailSender(MailServer(url), from: MailAddress(parsing: from), limits: MailLimits(total: total))
    }

    /// An address that no other test has.
    private func recipient(_ name: String? = nil) throws -> MailAddress {
        try MailAddress("\(UUIDv7.next())@garden.example", name: name)
    }

    private func sent(_ message: MailMessage, from: String = "row@garden.example") async throws -> ReceivedMail {
        let sink = try await MailSink.shared
        try await sender(sink.url, from: from).send(message)
        let mails = try sink.mails(to: message.recipients[0].address)
        try #require(mails.count == 1)
        let mail = mails[0]
        #expect(mail.defects == [])
        #expect(mail.isASCII && !mail.hasBareLineEnds && mail.longestLine <= 998)
        return mail
    }

    @Test func `a mail with everything arrives as it was meant`() async throws {
        let (first, second) = (try recipient("Zoë, Keeper of \"Bees\""), try recipient())
        let picture = patternBytes(10_000)
        let message = try MailMessage(
            to: [first, second],
            replyTo: MailAddress("help@garden.example", name: "Hilfe für Gärten"),
            subject: "Blight on the tomatoes – 🍅 look today, before it is in every bed of the garden and beyond it",
            text: "Take off the leaves.\n\nGrüße\n",
            html: "<p>Take off the leaves.</p><img src=\"cid:leaf-1\">",
            files: [
                MailFile("leaf.jpg", type: "image/jpeg", bytes: picture, place: .inline(id: "leaf-1")),
                MailFile("Übersicht 2026 \"neu\".csv", type: "text/csv", bytes: Array("a;b\n".utf8)),
                MailFile("plan 100%.pdf", type: "application/pdf", bytes: []),
            ],
            unsubscribe: "https://garden.example/unsubscribe?token=abc",
            id: "job-17",
            date: Timestamp("2026-05-14T09:12:00Z")
        )
        let mail = try await sent(message, from: "Hedgerow <row@garden.example>")
        #expect(mail.sender == "row@garden.example")
        #expect(mail.recipients == [first.address, second.address])
        #expect(mail.addresses["From"] == [["Hedgerow", "row@garden.example"]])
        #expect(mail.addresses["To"] == [["Zoë, Keeper of \"Bees\"", first.address], ["", second.address]])
        #expect(mail.addresses["Reply-To"] == [["Hilfe für Gärten", "help@garden.example"]])
        #expect(mail.header("Subject") == message.subject)
        #expect(mail.header("Message-ID") == "<job-17@garden.example>")
        #expect(mail.header("Date") == "Thu, 14 May 2026 09:12:00 +0000")
        #expect(mail.header("Auto-Submitted") == "auto-generated")
        #expect(mail.header("List-Unsubscribe") == "<https://garden.example/unsubscribe?token=abc>")
        #expect(
            mail.structure == """
                multipart/mixed(multipart/alternative(text/plain, multipart/related(text/html, image/jpeg)), \
                text/csv, application/pdf)
                """
        )
        #expect(
            mail.text == "Take off the leaves.\r\n\r\nGrüße\r\n" || mail.text == "Take off the leaves.\r\n\r\nGrüße"
        )
        #expect(mail.html?.hasPrefix("<p>Take off the leaves.</p>") == true)
        #expect(mail.files.map(\.name) == ["leaf.jpg", "Übersicht 2026 \"neu\".csv", "plan 100%.pdf"])
        #expect(mail.files.map(\.disposition) == ["inline", "attachment", "attachment"])
        #expect(mail.files.map { Array($0.content) } == [picture, Array("a;b\n".utf8), []])
        #expect(mail.files[0].id == "<leaf-1>")
    }

    @Test(
        "Subjects and texts of every script, and those that look like something else, come back as they were",
        arguments: [
            "Frost", "Grüße aus dem Garten", "庭の知らせ", "🦔🌿", "=?utf-8?B?ZXZpbA==?=", "a  b", " leading", "trailing ",
            "e\u{301}", "a, b; c: <d@e.example> (f)", "\"quoted\" \\ back", "=41", "tab?", "مرحبا",
            String(repeating: "w", count: 400), String(repeating: "long words ", count: 40) + "end",
            String(repeating: "ü", count: 200),
        ]
    )
    func texts(subject: String) async throws {
        let text = "\(subject)\n.\n..\n.\(subject)\nFrom me\n \n\(subject) \n" + String(repeating: subject, count: 100)
        let name = subject.utf8.count <= 200 ? subject : nil
        let mail = try await sent(MailMessage(to: [recipient(name)], subject: subject, text: text, html: text))
        #expect(mail.header("Subject") == subject)
        // Python's parser does not count the spaces of a name.
        let found = mail.addresses["To"]?.first?.first?.split(separator: " ")
        #expect(found == name?.split(separator: " ") ?? [])
        for part in mail.parts {
            #expect(part.charset == "utf-8")
            #expect(part.text.trimmingCharacters(in: .newlines) == text.replacing("\n", with: "\r\n"))
        }
        #expect(mail.structure == "multipart/alternative(text/plain, text/html)")
    }

    @Test(
        "Attachments of every size around curl's buffers arrive whole",
        arguments: [0, 1, 57, 47_000, 65_536, 1 << 20, 8 << 20]
    )
    func attachments(size: Int) async throws {
        for shift in size < 100_000 ? 0..<3 : 0..<1 {
            let bytes = patternBytes(size + shift)
            let file = try MailFile("pattern.bin", type: "application/octet-stream", bytes: bytes)
            let message = try MailMessage(
                to: [recipient()],
                subject: "a",
                text: "b",
                files: [file],
                id: "a",
                date: .now()
            )
            let mail = try await sent(message)
            #expect(mail.files.map { Array($0.content) } == [bytes])
            let now = try #require(message.date)
            let rendered = message.bytes(from: try MailAddress("row@garden.example"), id: "a", at: now)
            // Nothing was added on the way, not even a dot.
            #expect(mail.bytes == rendered)
        }
    }

    @Test("A mail of exactly as many bytes as curl's buffer holds is ended too", arguments: [-1, 0, 1, 2])
    func buffer(shift: Int) async throws {
        let (to, from) = (try recipient(), try MailAddress("row@garden.example"))
        func message(_ count: Int) throws -> MailMessage {
            // Lines of 64 bytes with their ends.
            let text = String(repeating: String(repeating: "a", count: 62) + "\n", count: count / 64)
            let rest = String(repeating: "b", count: max(0, count % 64 - 2)) + "\n"
            return try MailMessage(to: [to], subject: "a", text: text + rest, id: "a", date: .now())
        }
        let overhead = try message(0).bytes(from: from, id: "a", at: .now()).count - 2
        let size = 65_536 + shift - overhead
        try #require(size % 64 >= 2)
        let mail = try await sent(message(size))
        #expect(mail.bytes.count == 65_536 + shift)
    }

    @Test func `an address beyond ASCII goes to servers that take it`() async throws {
        let sink = try await MailSink.shared
        let to = try MailAddress("gärtner-\(UUIDv7.next())@bücher.example", name: "Gärtner")
        try await sender(sink.url).send(MailMessage(to: [to], subject: "a", text: "b"))
        let mail = try #require(try sink.mails(to: to.address).first)
        #expect(mail.options.contains("SMTPUTF8"))
        #expect(to.domain == "xn--bcher-kva.example")
        #expect(String(decoding: mail.bytes, as: UTF8.self).contains("<\(to.address)>"))
    }

    @Test func `STARTTLS, TLS from the first byte and passwords with odd letters work`() async throws {
        let sink = try await MailSink.shared
        for url in [sink.guardedURL, sink.secureURL] {
            let to = try recipient()
            let sender = try sender(url)
            try await sender.probe()
            try await sender.send(MailMessage(to: [to], subject: "a", text: "b"))
            let mail = try #require(try sink.mails(to: to.address).first)
            #expect(mail.isSecure && mail.isSignedIn)
        }
    }

    @Test func `many mails at once arrive, and too many are refused for the moment`() async throws {
        let sink = try await MailSink.shared
        let sender = try sender(sink.url)
        let recipients = try (0..<20).map { _ in try recipient() }
        let busy = await withTaskGroup(of: Bool.self) { group in
            for to in recipients {
                group.addTask {
                    while true {
                        do {
                            try await sender.send(MailMessage(to: [to], subject: "a", text: "b"))
                            return false
                        } catch let fault as MailFault where fault.code == .busy && fault.isPassing {
                            try? await Task.sleep(for: .milliseconds(20))
                        } catch {
                            return true
                        }
                    }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(busy == 0)
        for to in recipients { #expect(try sink.mails(to: to.address).count == 1) }
        let closed = MailSender(sender.server, from: sender.from, depth: 0)
        let fault = await #expect(throws: MailFault.self) { try await closed.probe() }
        #expect(fault?.code == .busy)
    }
}

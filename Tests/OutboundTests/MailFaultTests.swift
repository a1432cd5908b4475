import Core
import TestSupport
import Testing

@testable import Outbound

@Suite("Mail that is not taken") struct MailFaultTests {
    private func message(to address: String, text: String = "the words within") throws -> MailMessage {
        try MailMessage(to: [MailAddress(address, name: "Reader")], subject: "the subject", text: text)
    }

    private func sender(
        _ url: String,
        from: String = "row@garden.example",
        total: Duration = .seconds(30)
    ) throws
        -> MailSender
    {
        try MailSender(MailServer(url), from: MailAddress(from), limits: MailLimits(total: total))
    }

    private func fault(_ sender: MailSender, to address: String = "keeper@garden.example") async throws -> MailFault {
        let message = try message(to: address)
        let fault = try #require(await #expect(throws: MailFault.self) { try await sender.send(message) })
        for text in ["\(fault)", String(reflecting: fault.code), fault.cure] {
            for secret in [address, sender.from.address, "words within", "the subject", "Reader", "s3cret", "keeper@"] {
                #expect(!text.contains(secret), "\(text)")
            }
        }
        #expect("\(fault)".hasPrefix("\(sender.server): "))
        return fault
    }

    @Test(
        "A refusal says whom it is about, and whether to try again",
        arguments: [
            ("row", "refuse-550", MailFault.Code.recipient, 550, false), ("row", "refuse-450", .recipient, 450, true),
            ("refuse-553", "keeper", .sender, 553, false), ("refuse-451", "keeper", .sender, 451, true),
            ("row", "content-554", .refused, 554, false), ("row", "content-452", .refused, 452, true),
            ("row", "content-552", .tooLarge, 552, false), ("refuse-530", "keeper", .signIn, 530, false),
            ("row", "refuse-421", .recipient, 421, true),
        ]
    )
    func refusals(from: String, to: String, code: MailFault.Code, status: Int, isPassing: Bool) async throws {
        let sink = try await MailSink.shared
        let fault = try await fault(sender(sink.url, from: "\(from)@garden.example"), to: "\(to)@garden.example")
        #expect(fault.code == code)
        #expect(fault.status == status)
        #expect(fault.isPassing == isPassing)
        #expect(fault.detail.contains("the test wants"))
        #expect("\(fault)".contains("(\(status)); "))
    }

    @Test func `one recipient who is refused keeps the mail from the others`() async throws {
        let sink = try await MailSink.shared
        let good = try MailAddress("\(UUIDv7.next())@garden.example")
        let message = try MailMessage(
            to: [good, MailAddress("refuse-550@garden.example")],
            subject: "a",
            text: "b"
        )
        let fault = await #expect(throws: MailFault.self) { try await sender(sink.url).send(message) }
        #expect(fault?.code == .recipient)
        #expect(try sink.mails(to: good.address).isEmpty)
    }

    @Test func `a wrong password is not tried again, a server that cannot ask is`() async throws {
        let sink = try await MailSink.shared
        let host = "localhost:\(sink.guardedPort)?tls=required&ca=\(sink.authority)"
        let wrong = try await fault(sender("smtp://keeper:s3cret-wrong@\(host)"))
        #expect(wrong.code == .signIn && wrong.status == 535 && !wrong.isPassing)
        #expect("\(wrong)".hasSuffix("put the right user and password into smtp_url"))
        #expect(wrong.detail.isEmpty)
        let busy = try await fault(sender("smtp://busy:s3cret-any@\(host)"))
        #expect(busy.code == .signIn && busy.status == 454 && busy.isPassing)
        let nobody = try await fault(sender("smtp://\(host)"))
        #expect(nobody.code == .signIn && nobody.status == 530 && !nobody.isPassing)
    }

    @Test func `without the security that is asked for nothing is said`() async throws {
        let sink = try await MailSink.shared
        // It offers no STARTTLS.
        let open = try await fault(sender("smtp://user:s3cret@127.0.0.1:\(sink.port)?tls=required"))
        #expect(open.code == .tls && !open.isPassing)
        // An authority that nobody knows.
        let unknown = try await fault(sender("smtp://user:s3cret@localhost:\(sink.guardedPort)?tls=required"))
        #expect(unknown.code == .tls && !unknown.isPassing)
        let immediate = try await fault(sender("smtps://user:s3cret@localhost:\(sink.securePort)"))
        #expect(immediate.code == .tls)
        // Where it is not demanded, it is used when offered and left out when not.
        let authority = "tls=optional&ca=\(sink.authority)"
        for port in [sink.port, sink.guardedPort] {
            let credentials = port == sink.port ? "" : "keeper%40garden.example:s3cret%2Fwith%3Aodd%40letters%25@"
            try await sender("smtp://\(credentials)localhost:\(port)?\(authority)").probe()
        }
        let plainly = try await fault(sender("smtp://localhost:\(sink.guardedPort)?tls=off"))
        #expect(plainly.code == .signIn && plainly.status == 530)
    }

    @Test func `what is larger than the server takes is refused before it is sent`() async throws {
        try await MailSink.running { sink in
            let file = try MailFile("a", type: "image/png", bytes: patternBytes(MailMessage.fileLimit))
            let message = try MailMessage(
                to: [MailAddress("a@garden.example")],
                subject: "a",
                text: "b",
                files: [file]
            )
            let fault = await #expect(throws: MailFault.self) { try await sender(sink.url).send(message) }
            #expect(fault?.code == .tooLarge && fault?.isPassing == false)
            #expect(sink.beginnings == 0)
        }
    }

    @Test func `no host, no server and no word are told apart, and pass`() async throws {
        let port = try await withResponder({ _ in .stall }) { $0.port }
        let closed = try await fault(sender("smtp://127.0.0.1:\(port)"))
        #expect(closed.code == .unreachable && closed.isPassing)
        let unknown = try await fault(sender("smtp://nowhere.invalid"))
        #expect(unknown.code == .notResolved && unknown.isPassing)
        try await withResponder({ _ in .stall }) { server async throws in
            let silent = try await fault(sender("smtp://127.0.0.1:\(server.port)", total: .milliseconds(300)))
            #expect(silent.code == .timeout && silent.isPassing)
        }
        let sink = try await MailSink.shared
        for name in ["silent", "held"] {
            let started = ContinuousClock.now
            let late = try await fault(sender(sink.url, total: .seconds(6)), to: "\(name)@garden.example")
            #expect(late.code == .timeout && late.isPassing)
            // Not twice the limit: nobody waits for the answer to a goodbye.
            #expect(ContinuousClock.now - started < .milliseconds(11_500))
        }
    }

    @Test func `a server that ends the connection in the middle may be tried again`() async throws {
        try await MailSink.running { sink in
            let sender = try sender(sink.url)
            let message = try message(to: "held@garden.example")
            let fault = await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await sender.send(message) }
                while sink.beginnings == 0 { try? await Task.sleep(for: .milliseconds(5)) }
                sink.kill()
                let result = await group.nextResult()
                return #expect(throws: MailFault.self) { try result?.get() }
            }
            #expect(fault?.code == .brokenOff && fault?.isPassing == true)
        }
    }

    @Test(
        "Cancelling ends a mail at once, wherever it is, and nothing of it is delivered",
        arguments: ["silent", "held", "slow"]
    )
    func cancellation(where place: String) async throws {
        try await MailSink.running { sink in
            let sender = try sender(sink.url, total: .seconds(60))
            let large = try MailFile("a", type: "image/png", bytes: patternBytes(place == "slow" ? 15 << 20 : 10))
            let message = try MailMessage(
                to: [MailAddress("\(place)@garden.example")],
                subject: "a",
                text: "b",
                files: [large]
            )
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await sender.send(message) }
                while place != "silent", sink.beginnings == 0 { try? await Task.sleep(for: .milliseconds(1)) }
                if place != "slow" { try? await Task.sleep(for: .milliseconds(300)) }
                let started = ContinuousClock.now
                group.cancelAll()
                let result = await group.nextResult()
                #expect(throws: CancellationError.self) { try result?.get() }
                #expect(ContinuousClock.now - started < .seconds(12))
            }
            sink.readOn()
            try await eventually("the server sees the end") { sink.endings == 1 }
            #expect(try sink.mails().map(\.bytes.count) == [])
            // The server goes on for others.
            try await sender.send(MailMessage(to: [MailAddress("b@garden.example")], subject: "a", text: "b"))
            #expect(try sink.mails().count == 1)
        }
    }

    @Test func `a secure connection that breaks while much is sent is a fault and no more`() async throws {
        try await MailSink.running { sink in
            let sender = try sender(sink.secureURL)
            let large = try MailFile("a", type: "image/png", bytes: patternBytes(15 << 20))
            let to = [try MailAddress("slow@garden.example")]
            let message = try MailMessage(to: to, subject: "a", text: "b", files: [large])
            let fault = await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await sender.send(message) }
                while sink.beginnings == 0 { try? await Task.sleep(for: .milliseconds(5)) }
                try? await Task.sleep(for: .milliseconds(300))
                sink.kill()
                let result = await group.nextResult()
                return #expect(throws: MailFault.self) { try result?.get() }
            }
            #expect(fault?.code == .brokenOff && fault?.isPassing == true)
        }
    }

    @Test func `a mail that takes too long to send is not delivered by half`() async throws {
        try await MailSink.running { sink in
            let large = try MailFile("a", type: "image/png", bytes: patternBytes(15 << 20))
            let to = [try MailAddress("slow@garden.example")]
            let message = try MailMessage(to: to, subject: "a", text: "b", files: [large])
            let sender = try sender(sink.url, total: .seconds(3))
            let fault = await #expect(throws: MailFault.self) { try await sender.send(message) }
            #expect(fault?.code == .timeout && fault?.isPassing == true)
            sink.readOn()
            try await eventually("the server sees the end") { sink.endings == 1 }
            #expect(try sink.mails().isEmpty)
        }
    }

    @Test func `a task that is cancelled already sends nothing`() async throws {
        let sink = try await MailSink.shared
        let sender = try sender(sink.url)
        let to = "\(UUIDv7.next())@garden.example"
        let message = try message(to: to)
        await withTaskGroup(of: Void.self) { group in
            group.cancelAll()
            group.addTask {
                await #expect(throws: CancellationError.self) { try await sender.send(message) }
            }
        }
        #expect(try sink.mails(to: to).isEmpty)
    }
}

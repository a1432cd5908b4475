import Testing

@testable import Outbound

@Suite("Mail server") struct MailServerTests {
    @Test(
        "An address has a port and a security of its kind",
        arguments: [
            ("smtp://mail.example", "mail.example:587", MailServer.Security.required),
            ("smtp://mail.example:25?tls=optional", "mail.example:25", .optional),
            ("smtp://mail.example:25/?tls=off", "mail.example:25", .off),
            ("smtps://mail.example", "mail.example:465", .immediate),
            ("SMTP://localhost:2525", "localhost:2525", .off), ("smtp://127.0.0.1:25", "127.0.0.1:25", .off),
            ("smtp://[::1]:25", "[::1]:25", .off), ("smtp://localhost:25?tls=required", "localhost:25", .required),
            ("smtp://127.evil.example", "127.evil.example:587", .required),
        ]
    )
    func good(url: String, name: String, security: MailServer.Security) throws {
        let server = try MailServer(url)
        #expect("\(server)" == name)
        #expect(server.security == security)
        #expect(server.user == nil)
    }

    @Test func `credentials are read with their escapes and never shown`() throws {
        let server = try MailServer("smtp://keeper%40garden.example:h%2Fu%3As%40h%25@mail.example?ca=/etc/ca.pem")
        #expect(server.user == "keeper@garden.example")
        #expect(server.password == "h/u:s@h%")
        #expect(server.authority == "/etc/ca.pem")
        var dumped = ""
        dump(server, to: &dumped)
        for text in ["\(server)", String(reflecting: server), server.url, dumped] {
            #expect(!text.contains("h/u") && !text.contains("keeper"))
        }
    }

    @Test(
        "What is no address of a mail server is refused without being shown",
        arguments: [
            ("", MailServerFault.form), ("mail.example", .form), ("http://mail.example", .form), ("smtp://", .form),
            ("smtp://mail.example/inbox", .form), ("smtp://mail.example#x", .form), ("smtp://ma il.example", .form),
            ("smtp://a:b%0D%0ARCPT@mail.example", .form), ("smtp://mail.example:0", .port),
            ("smtp://mail.example:70000", .port), ("smtp://user@mail.example", .halfCredentials),
            ("smtp://:hush@mail.example", .halfCredentials), ("smtp://mail.example?tls=maybe", .tls),
            ("smtp://mail.example?tls=immediate", .tls), ("smtps://mail.example?tls=off", .tls),
            ("smtp://mail.example?ca=ca.pem", .authority), ("smtp://mail.example?helo=x", .parameter),
        ]
    )
    func bad(url: String, fault: MailServerFault) {
        #expect(throws: fault) { try MailServer(url) }
        #expect(!"\(fault)".contains("hush"))
    }
}

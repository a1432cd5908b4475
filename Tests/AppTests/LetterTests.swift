import Foundation
import TestSupport
import Testing

/// Letters to people, through a real mail server.
@Suite("Letters") struct LetterTests {
    private func with(_ more: [String: String] = [:], _ body: (People, MailSink) async throws -> Void) async throws {
        let sink = try await MailSink.shared
        let environment = [
            "HEDGEROW_SMTP_URL": sink.url, "HEDGEROW_MAIL_FROM": "Hedgerow <hedgerow@garden.example>",
            "HEDGEROW_PUBLIC_URL": "https://garden.example/",
        ]
        try await People.with(environment: environment.merging(more) { $1 }) { try await body($0, sink) }
    }

    /// The token of the link in the newest letter whose subject has these words.
    private func token(_ sink: MailSink, _ address: String, _ subject: String, _ page: String) async throws -> String {
        var token: Substring?
        try await eventually("a letter comes: \(subject)") {
            let mail = try sink.mails(to: address).last { $0.isAbout(subject) }
            token = mail?.text?.split(whereSeparator: \.isWhitespace).first {
                $0.hasPrefix("https://garden.example/\(page)#")
            }
            return token != nil
        }
        return String(try #require(token?.split(separator: "#").last))
    }

    @Test func `who registers proves the address before signing in`() async throws {
        try await with(["HEDGEROW_REGISTRATION": "open"]) { people, sink in
            let name = "new-\(UUID().uuidString.prefix(8).lowercased())"
            let address = People.address(of: name)
            let body = #"{"email": "\#(address)", "name": "New <b>Person</b>", "password": "\#(People.password)"}"#
            let asked = try people.call("POST", "/api/v1/auth/register", body)
            #expect(asked.status == 202)
            #expect(try people.logIn(name).status == 403)
            let token = try await token(sink, address, "Confirm", "verify")
            #expect(try people.call("POST", "/api/v1/auth/verify", #"{"token": "\#(token)"}"#).status == 204)
            #expect(try people.call("POST", "/api/v1/auth/verify", #"{"token": "\#(token)"}"#).status == 410)
            #expect(try people.logIn(name).status == 200)
            let again = try people.call("POST", "/api/v1/auth/register", body)
            #expect(again.status == 202 && again.text == asked.text, "the answer does not tell who has an account")
            try await eventually("its owner is told") {
                try sink.mails(to: address).contains { $0.isAbout("account already") }
            }
            let html = try sink.mails(to: address).compactMap(\.html)
            #expect(!html.isEmpty && html.allSatisfy { !$0.contains("<b>") })
        }
    }

    @Test func `a forgotten password is set by letter, and everybody is signed out`() async throws {
        try await with { people, sink in
            let name = "ada-\(UUID().uuidString.prefix(8).lowercased())"
            let credentials = try await people.join(name, role: "grower")
            let unknown = try people.call("POST", "/api/v1/auth/password/reset", #"{"email": "nobody@example.org"}"#)
            let address = People.address(of: name)
            let asked = try people.call("POST", "/api/v1/auth/password/reset", #"{"email": "\#(address)"}"#)
            #expect(asked.status == 202 && asked.text == unknown.text)
            let token = try await token(sink, address, "new password", "reset")
            let reset = { (password: String) in
                try people.call(
                    "POST",
                    "/api/v1/auth/password/reset/confirm",
                    #"{"token": "\#(token)", "password": "\#(password)"}"#
                )
            }
            #expect(try reset("password").status == 422)
            #expect(try reset("marble otter velvet 9").status == 204)
            #expect(try reset("marble otter velvet 9").status == 410)
            #expect(try people.logIn(name).status == 401)
            #expect(try people.call("GET", "/api/v1/auth/me", as: credentials).status == 401)
            try await eventually("its owner is told") {
                try sink.mails(to: address).contains { $0.isAbout("was changed") }
            }
            #expect(!people.server.logText.contains(token))
            let failed = try await runProgram(["user", "list", "--data-dir", people.server.dataFolder])
            #expect(failed.answer.contains(address))
        }
    }

    @Test func `without a mail server the answer says what to do`() async throws {
        try await People.with { people in
            let asked = try people.call("POST", "/api/v1/auth/password/reset", #"{"email": "ada@example.org"}"#)
            #expect(asked.status == 503 && asked.text.contains("set-password"))
            #expect(try people.call("POST", "/api/v1/auth/register", "{}").status == 403)
        }
    }
}

extension ReceivedMail {
    fileprivate func isAbout(_ words: String) -> Bool { header("Subject")?.contains(words) == true }
}

import Foundation
import TestSupport
import Testing

/// Letters to people, through a real mail server.
@Suite("Letters") struct LetterTests {
    @Test func `who registers proves the address before signing in`() async throws {
        try await Letters.with(["HEDGEROW_REGISTRATION": "open"]) { people, sink in
            let name = "new-\(UUID().uuidString.prefix(8).lowercased())"
            let address = People.address(of: name)
            let body = #"{"email": "\#(address)", "name": "New <b>Person</b>", "password": "\#(People.password)"}"#
            let asked = try people.call("POST", "/api/v1/auth/register", body)
            #expect(asked.status == 202)
            #expect(try people.logIn(name).status == 403)
            let token = try await Letters.token(sink, address, "Confirm", "verify")
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
        try await Letters.with { people, sink in
            let name = "ada-\(UUID().uuidString.prefix(8).lowercased())"
            let credentials = try await people.join(name, role: "grower")
            let unknown = try people.call("POST", "/api/v1/auth/password/reset", #"{"email": "nobody@example.org"}"#)
            let address = People.address(of: name)
            let asked = try people.call("POST", "/api/v1/auth/password/reset", #"{"email": "\#(address)"}"#)
            #expect(asked.status == 202 && asked.text == unknown.text)
            let token = try await Letters.token(sink, address, "new password", "reset")
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

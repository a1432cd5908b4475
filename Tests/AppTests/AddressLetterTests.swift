import Foundation
import TestSupport
import Testing

@testable import Accounts

/// Letters to somebody who wants another address.
@Suite("Another address") struct AddressLetterTests {
    private func newName(_ begin: String) -> String { "\(begin)-\(UUID().uuidString.prefix(8).lowercased())" }

    private func ask(
        _ people: People,
        _ credentials: People.Credentials,
        _ name: String,
        password: String = People.password,
        code: String? = nil
    ) throws -> LoopbackAnswer {
        let code = code.map { #", "code": "\#($0)""# } ?? ""
        return try people.call(
            "PUT",
            "/api/v1/auth/email",
            as: credentials,
            #"{"email": "\#(People.address(of: name))", "password": "\#(password)"\#(code)}"#
        )
    }

    private func confirm(_ people: People, _ token: String) throws -> Int {
        try people.call("POST", "/api/v1/auth/email/confirm", #"{"token": "\#(token)"}"#).status
    }

    @Test func `an address is changed once the new one is proved, and the old one is told`() async throws {
        try await Letters.with { people, sink in
            let (old, new) = (newName("old"), newName("new"))
            let ada = try await people.join(old, role: "grower")
            #expect(try ask(people, ada, new, password: "not mine at all").status == 403)
            #expect(try ask(people, ada, old).status == 422)
            #expect(try ask(people, [:], new).status == 401)
            let asked = try ask(people, ada, new)
            #expect(asked.status == 202, "\(asked.text)")
            let token = try await Letters.token(sink, People.address(of: new), "Confirm your new", "verify?of=address")
            try await eventually("the old address is told") {
                try sink.mails(to: People.address(of: old)).contains { $0.isAbout("to have another") }
            }
            #expect(try people.logIn(new).status == 401, "not before it is proved")
            #expect(try confirm(people, "ht_0.x") == 410)
            #expect(try confirm(people, token) == 204)
            #expect(try confirm(people, token) == 410)
            #expect(try people.logIn(new).status == 200)
            #expect(try people.logIn(old).status == 401)
            #expect(try people.call("GET", "/api/v1/auth/me", as: ada).text.contains(People.address(of: new)))
            try await eventually("the old address is told again") {
                try sink.mails(to: People.address(of: old)).contains { $0.isAbout("has another address now") }
            }
            #expect(!people.server.logText.contains(token))
        }
    }

    @Test func `nothing tells whether the new address has an account`() async throws {
        try await Letters.with { people, sink in
            let (name, taken, free) = (newName("ada"), newName("taken"), newName("free"))
            let ada = try await people.join(name, role: "grower")
            _ = try await people.join(taken, role: "grower")
            let first = try ask(people, ada, taken)
            try await eventually("its owner alone hears of it") {
                try sink.mails(to: People.address(of: taken)).contains { $0.isAbout("account already") }
            }
            // Not before: a later wish takes the place of this one, and its letter then is never written.
            let second = try ask(people, ada, free)
            #expect(first.status == 202 && first.text == second.text)
            let token = try await Letters.token(sink, People.address(of: free), "Confirm your new", "verify?of=address")
            let third = try ask(people, ada, newName("other"))
            #expect(third.status == 202)
            #expect(try confirm(people, token) == 410, "a later wish takes the place of this one")
        }
    }

    @Test func `whoever takes the address meanwhile keeps it`() async throws {
        try await Letters.with { people, sink in
            let (name, wanted) = (newName("ada"), newName("wanted"))
            let ada = try await people.join(name, role: "grower")
            #expect(try ask(people, ada, wanted).status == 202)
            let token = try await Letters.token(
                sink,
                People.address(of: wanted),
                "Confirm your new",
                "verify?of=address"
            )
            _ = try await people.join(wanted, role: "grower")
            #expect(try confirm(people, token) == 410)
            #expect(try people.logIn(name).status == 200)
        }
    }

    @Test func `a second factor is asked for`() async throws {
        try await Letters.with { people, sink in
            let (name, new) = (newName("ada"), newName("new"))
            let ada = try await people.join(name, role: "grower")
            let totp = try people.setUpFactor(ada)
            for code in [nil, "000000"] {
                let answer = try ask(people, ada, new, code: code)
                #expect(answer.status == 422 && answer.text.contains("code"), "\(answer.text)")
            }
            let step = Int64(Date().timeIntervalSince1970) / 30
            #expect(try ask(people, ada, new, code: totp.code(at: step + 1)).status == 202)
        }
    }

    @Test func `without a mail server an administrator changes it`() async throws {
        try await People.with { people in
            let ada = try await people.join("ada", role: "grower")
            _ = try await people.join("bea", role: "grower")
            let answer = try ask(people, ada, "new")
            #expect(answer.status == 503 && answer.text.contains("administrator"), "\(answer.text)")
            let admin = try await people.join("root", role: "admin")
            _ = try people.setUpFactor(admin)
            let me = try people.call("GET", "/api/v1/auth/me", as: ada).json["user"] as? [String: Any]
            let path = "/api/v1/users/\(try #require(me?["id"] as? String))"
            let change = { (email: String) in
                try people.call("PATCH", path, as: admin, #"{"email": "\#(email)"}"#).status
            }
            #expect(try change("no address") == 422)
            #expect(try change("bea@example.org") == 409)
            #expect(try change("new@example.org") == 200)
            #expect(try people.logIn("new").status == 200)
        }
    }
}

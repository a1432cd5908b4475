import Core
import HTTPServer
import Testing

@testable import Accounts

@Suite("Sessions") struct SessionTests {
    @Test(arguments: Village.Engine.allCases)
    func `a refresh token is good once, and one that comes again ends its session`(engine: Village.Engine) async throws
    {
        try await Village.with(engine) { village in
            let user = try await village.person()
            let begun = try await village.signIn()
            let refresh = village.accounts.refresh
            let second = try await refresh(begun.secret, from: .command)
            let third = try await refresh(second.secret, from: .command)
            await expectRefusal(401, "token-reused") { try await refresh(begun.secret, from: .command) }
            await expectRefusal(401, "invalid-token") { try await refresh(third.secret, from: .command) }
            #expect(try await village.accounts.sessions.sessions(of: user.id, at: village.time.now).isEmpty)
            let trail = try await village.accounts.audit.records(
                AuditFilter(action: "session.reused"),
                after: nil,
                limit: 9
            )
            #expect(trail.records.count == 1)
        }
    }

    @Test func `a token made up for a known session ends nothing`() async throws {
        try await Village.with { village in
            let user = try await village.person()
            let begun = try await village.signIn()
            let forged = Bearer(Identify.sessionPrefix, id: begun.session.id.uuid).text
            await expectRefusal(401, "invalid-token") { try await village.accounts.refresh(forged, from: .command) }
            #expect(try await village.accounts.sessions.sessions(of: user.id, at: village.time.now).count == 1)
        }
    }

    @Test func `of two that refresh at once one is answered, and the session ends`() async throws {
        try await Village.with(.postgres) { village in
            _ = try await village.person()
            let begun = try await village.signIn()
            let outcomes = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<2 {
                    group.addTask { (try? await village.accounts.refresh(begun.secret, from: .command)) != nil }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.filter(\.self).count == 1)
        }
    }

    @Test func `a session that is not used ends, and one that is used does too at last`() async throws {
        try await Village.with { village in
            _ = try await village.person()
            let idle = try await village.signIn()
            village.time.move(Session.idleLife + .seconds(1))
            await expectRefusal(401) { try await village.accounts.refresh(idle.secret, from: .command) }
            var used = try await village.signIn()
            for _ in 0..<3 {
                village.time.move(.seconds(29 * 86_400))
                used = try await village.accounts.refresh(used.secret, from: .command)
            }
            village.time.move(.seconds(4 * 86_400))
            await expectRefusal(401) { try await village.accounts.refresh(used.secret, from: .command) }
        }
    }

    @Test func `a suspended person is signed out and stays out`() async throws {
        try await Village.with { village in
            let user = try await village.person()
            let begun = try await village.signIn()
            try await village.accounts.change(user.id, by: "test", from: .command) { $0.state = .suspended }
            await expectRefusal(401) { try await village.accounts.refresh(begun.secret, from: .command) }
            await expectRefusal(403) { try await village.signIn() }
        }
    }

    @Test func `the last administrator can be neither suspended, demoted nor removed`() async throws {
        try await Village.with { village in
            let admin = try await village.person(role: .admin)
            let accounts = village.accounts
            await expectRefusal(409) {
                try await accounts.change(admin.id, by: "t", from: .command) { $0.role = .viewer }
            }
            await expectRefusal(409) {
                try await accounts.change(admin.id, by: "t", from: .command) { $0.state = .suspended }
            }
            await expectRefusal(409) { try await village.privacy().remove(admin.id, by: "t", from: .command) }
            #expect(try await accounts.users.user(admin.id) == admin)
            _ = try await village.person("grace@example.org", role: .admin)
            try await accounts.change(admin.id, by: "t", from: .command) { $0.role = .viewer }
        }
    }
}

@Suite("Attempts to sign in") struct SignInTests {
    @Test func `an unknown address and a wrong password look the same`() async throws {
        try await Village.with { village in
            _ = try await village.person()
            await expectRefusal(401, "wrong-credentials") { try await village.signIn("ada@example.org", "wrong") }
            await expectRefusal(401, "wrong-credentials") { try await village.signIn("eve@example.org", "wrong") }
            await expectRefusal(401, "wrong-credentials") { try await village.signIn("no address", "wrong") }
            await expectRefusal(401, "wrong-credentials") {
                try await village.signIn("ada@example.org", String(repeating: "x", count: 100_000))
            }
            #expect(try await village.signIn("ADA@Example.org").user.email.description == "ada@example.org")
        }
    }

    @Test func `an attack from many addresses keeps others out, but not the browser of the owner`() async throws {
        try await Village.with { village in
            _ = try await village.person()
            let device = village.accounts.guardian.deviceToken(for: try #require(EmailAddress("ada@example.org")))
            var refused = 0
            for number in 0..<60 {
                do {
                    _ = try await village.signIn("ada@example.org", "guess \(number)", from: "198.51.100.\(number)")
                } catch let problem as Problem where problem.status == 429 {
                    refused += 1
                } catch {}
            }
            #expect(refused == 40, "twenty strangers' tries an hour")
            _ = try await village.signIn(device: device, from: "203.0.113.5")
            await expectRefusal(429) { try await village.signIn(from: "203.0.113.6") }
            let forged = device.dropLast() + (device.last == "A" ? "B" : "A")
            await expectRefusal(429) { try await village.signIn(device: String(forged), from: "203.0.113.7") }
            let stranger = village.accounts.guardian.deviceToken(for: try #require(EmailAddress("eve@example.org")))
            await expectRefusal(429) { try await village.signIn(device: stranger, from: "203.0.113.8") }
        }
    }

    @Test(arguments: [
        ("short", "fewer"), ("password123", "easy to guess"), ("hedgerow2026", "easy to guess"),
        ("ada lovelace ada", "easy to guess"), ("qwertyuiop[]", "easy to guess"), ("aaaaaaaaaaaaaaaa", "easy to guess"),
        (String(repeating: "long words ", count: 40), "longer"), ("copper\u{7}lantern willow", "control"),
    ])
    func `weak passwords are told why`(password: String, reason: String) {
        let complaint = PasswordRule.complaint(about: password, words: ["Ada Lovelace", "ada@example.org"])
        #expect(complaint?.contains(reason) == true, "\(complaint ?? "taken")")
    }

    @Test(arguments: [
        "copper lantern willow 7", "Tr0ub4dor&3 horse staple", "ñandú jacarandá quebracho", "日本語のとても長い合言葉です",
    ])
    func `good passwords are taken, whatever letters they have`(password: String) {
        #expect(PasswordRule.complaint(about: password, words: []) == nil)
    }

    @Test(arguments: [
        "ada", "ada@", "@example.org", "ada@@example.org", "a b@example.org", "ada@example..org", "ada@-x.org",
        "ada@example.org\r\nBcc: eve@example.org", "ada\u{202E}@example.org", "ada@exa mple.org", "<ada@example.org>",
        "\(String(repeating: "a", count: 65))@example.org", "ada,eve@example.org",
    ])
    func `what is no address is refused`(text: String) { #expect(EmailAddress(text) == nil) }

    @Test(arguments: [
        "ada@example.org", " ada@example.org ", "ada+garden@sub.example.org", "ädä@exämple.org", "a@localhost",
    ])
    func `addresses are taken`(text: String) { #expect(EmailAddress(text) != nil) }
}

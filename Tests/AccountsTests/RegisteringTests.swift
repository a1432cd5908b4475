import Core
import Database
import HTTPServer
import Testing

@testable import Accounts

/// Registering with an address before its owner does gives nobody their account.
struct RegisteringTests {
    private func draft(_ password: String) throws -> MakePerson.Draft {
        MakePerson.Draft(
            email: try #require(EmailAddress("victim@example.org")),
            name: "Somebody",
            role: .grower,
            reach: .nothing,
            state: .unverified,
            password: password
        )
    }

    @Test(arguments: Village.Engine.allCases)
    func `who registers last has the account, and earlier links are dead`(engine: Village.Engine) async throws {
        try await Village.with(engine) { village in
            let accounts = village.accounts
            let first = try await accounts.make.prepare(draft("stolen harbour violin 9"))
            let second = try await accounts.make.prepare(draft(Village.password))
            let origin = Origin(address: "192.0.2.9")
            let link = try await village.database.write { tx in
                try await accounts.make(first, how: "registered", from: origin, by: nil, in: tx)
                return try await accounts.tokens.issue(
                    .verification,
                    content: NoContent(),
                    of: first.user.id,
                    life: .seconds(3_600),
                    in: tx
                )
            }
            try await village.database.write { tx in
                let known = try #require(try await accounts.users.user(first.user.id, in: tx))
                try await accounts.registerAnew(known, as: second, from: origin, in: tx)
            }
            let dead = try await accounts.tokens.redeem(link, as: .verification, NoContent.self)
            #expect(dead == nil)
            try await village.database.write { tx in
                var user = try #require(try await accounts.users.user(first.user.id, in: tx))
                user.state = .active
                try await accounts.users.update(user, in: tx)
            }
            await #expect(throws: Problem.self) {
                _ = try await village.signIn("victim@example.org", "stolen harbour violin 9")
            }
            let begun = try await village.signIn("victim@example.org")
            #expect(begun.user.id == first.user.id)
        }
    }

    @Test func `a link for another password is dead once a password was chosen`() async throws {
        try await Village.with { village in
            let ada = try await village.person()
            let accounts = village.accounts
            let link = try await village.database.write { tx in
                try await accounts.tokens.issue(
                    .passwordReset,
                    content: NoContent(),
                    of: ada.id,
                    life: .seconds(3_600),
                    in: tx
                )
            }
            try await accounts.setPassword(of: ada, to: "another copper lantern 8", from: .command)
            let dead = try await accounts.tokens.redeem(link, as: .passwordReset, NoContent.self)
            #expect(dead == nil)
        }
    }

    @Test func `a ticket opens nothing once its session has ended`() async throws {
        try await Village.with { village in
            let ada = try await village.person()
            let begun = try await village.signIn()
            let caller = Caller(
                credential: .token(begun.session.id),
                user: ada.id,
                role: ada.role,
                permissions: ada.role.permissions,
                reach: ada.reach,
                hasSecondFactor: false,
                quota: nil
            )
            let tickets = village.accounts.tickets
            let good = try await tickets.caller(try await tickets.issue(to: caller), from: "192.0.2.1")
            #expect(good.user == ada.id)
            let late = try await tickets.issue(to: caller)
            try await village.accounts.end(begun.session.id, of: ada.id, by: caller, from: .command)
            await #expect(throws: Problem.self) { _ = try await tickets.caller(late, from: "192.0.2.1") }
        }
    }
}

import Archive
import Core
import Database
import HTTPServer
import JobQueue
import Synchronization
import Testing

@testable import Accounts

@Suite("Leaving") struct LeavingTests {
    private static let day = Duration.seconds(86_400)

    private func actions(_ village: Village, about user: User) async throws -> [String] {
        try await village.accounts.audit.records(AuditFilter(about: user.id), after: nil, limit: 100).records
            .map(\.action)
    }

    private func carryOut(_ village: Village, _ privacy: Privacy) async throws -> [String: Int] {
        var removed: [String: Int] = [:]
        for rule in privacy.retained { removed[rule.name] = try await rule.removeAll(at: village.time.now) }
        return removed
    }

    @Test(arguments: Village.Engine.allCases)
    func `whoever leaves is signed out, may stay, and is gone after the time of grace`(
        engine: Village.Engine
    ) async throws {
        var options = Accounts.Options()
        options.canSendMail = true
        try await Village.with(engine, options: options) { village in
            let ada = try await village.person()
            let privacy = try await village.privacy()
            let begun = try await village.signIn()
            let first = try await privacy.leave(ada.id, from: .command)
            #expect(first.eraseAt == village.time.now + Self.day * 14)
            await expectRefusal(401, "invalid-token") {
                try await village.accounts.refresh(begun.secret, from: .command)
            }
            village.time.move(Self.day * 3)
            #expect(try await privacy.leave(ada.id, from: .command).eraseAt == first.eraseAt, "the day stays")

            _ = try await village.signIn()
            try await village.accounts.stay(ada.id, from: .command)
            #expect(try await village.accounts.users.user(ada.id)?.state == .active)
            await expectRefusal(409, "conflict") { try await village.accounts.stay(ada.id, from: .command) }
            village.time.move(Self.day * 30)
            #expect(try await carryOut(village, privacy)["people-who-left"] == 0)

            _ = try await privacy.leave(ada.id, from: .command)
            village.time.move(Self.day * 15)
            #expect(try await carryOut(village, privacy)["people-who-left"] == 1)
            #expect(try await village.accounts.users.user(ada.id) == nil)
            let actions = try await actions(village, about: ada)
            #expect(
                actions.first == "user.erased" && actions.contains("user.leaving") && actions.contains("user.stayed")
            )
            #expect(try await village.accounts.audit.verify() == .whole(try await village.entries("audit")))
            #expect(try await village.accounts.consents.ledger.verify() == .whole(2))
            #expect(try await village.entries("consent_person") == 0)
            #expect(try await village.entries("job") == 0, "letters to them are forgotten")
        }
    }

    @Test func `the last administrator can neither leave nor be removed`() async throws {
        try await Village.with { village in
            let root = try await village.person("root@example.org", role: .admin)
            let privacy = try await village.privacy()
            await expectRefusal(409, "conflict") { try await privacy.leave(root.id, from: .command) }
            await expectRefusal(409, "conflict") { try await privacy.remove(root.id, by: "key", from: .command) }
            #expect(try await village.accounts.users.user(root.id)?.state == .active)
            _ = try await village.person("eve@example.org", role: .admin)
            #expect(try await privacy.remove(root.id, by: "key", from: .command))
            #expect(try await village.accounts.users.user(root.id) == nil)
            await expectRefusal(404, "not-found") { try await privacy.remove(root.id, by: "key", from: .command) }
        }
    }

    @Test func `without a time of grace a job erases at once`() async throws {
        var options = Accounts.Options()
        options.leavingGrace = .zero
        try await Village.with(options: options) { village in
            let ada = try await village.person()
            _ = try await village.privacy().leave(ada.id, from: .command)
            let kinds = try await village.database.query("SELECT kind FROM job").map { try $0["kind", as: String.self] }
            #expect(kinds == ["accounts.erase-person"])
        }
    }

    @Test func `where there is much, a job goes on with it and counts on`() async throws {
        try await Village.with { village in
            let ada = try await village.person()
            let heap = Heap(rows: 5)
            let privacy = try await village.privacy([heap])
            #expect(try await !privacy.remove(ada.id, by: "root", from: .command, steps: 3))
            #expect(try await village.accounts.users.user(ada.id)?.state == .suspended)
            let rows = try await village.database.query("SELECT payload FROM job WHERE kind = 'accounts.erase-person'")
            let rest = try #require(try rows.first?.json("payload", as: Erasure.self))
            #expect(rest.counts == ["straws": 3])
            #expect(try await privacy.erase(rest))
            let report = try await village.accounts.audit.records(
                AuditFilter(action: "user.erased"),
                after: nil,
                limit: 2
            )
            #expect(report.records.map(\.new) == [["straws": "5", "sessions": "0", "keys": "0", "applications": "0"]])
            #expect(report.records.first?.actor == "root")
        }
    }

    @Test(arguments: Village.Engine.allCases)
    func `an unused account is told of it, and erased a month later unless somebody comes back`(
        engine: Village.Engine
    ) async throws {
        var options = Accounts.Options()
        options.canSendMail = true
        try await Village.with(engine, options: options) { village in
            let (ada, bea) = (try await village.person(), try await village.person("bea@example.org"))
            _ = try await village.person("root@example.org", role: .admin)
            let privacy = try await village.privacy()
            village.time.move(Self.day * 334)
            #expect(try await carryOut(village, privacy)["inactive-warnings"] == 0)
            village.time.move(Self.day)
            let warned = try await carryOut(village, privacy)
            #expect(warned["inactive-warnings"] == 2 && warned["inactive-people"] == 0)
            #expect(try await village.entries("job") == 2, "a letter each")
            village.time.move(Self.day * 10)
            try await village.database.write { tx in
                try await village.accounts.users.saw(bea.id, at: village.time.now, in: tx)
            }
            village.time.move(Self.day * 20)
            #expect(try await carryOut(village, privacy)["inactive-people"] == 1)
            #expect(try await village.accounts.users.user(ada.id) == nil)
            #expect(try await village.accounts.users.user(bea.id) != nil)
            village.time.move(Self.day * 335)
            #expect(try await carryOut(village, privacy)["inactive-warnings"] == 1, "years later, the same again")
        }
    }

    @Test(arguments: [false, true])
    func `nobody is erased for being away who could not be told, or where that is switched off`(
        sendsMail: Bool
    ) async throws {
        var options = Accounts.Options()
        options.canSendMail = sendsMail
        if sendsMail { options.inactiveAfter = nil }
        try await Village.with(options: options) { village in
            _ = try await village.person()
            village.time.move(Self.day * 3_000)
            let removed = try await carryOut(village, village.privacy())
            #expect(removed["inactive-warnings"] == 0 && removed["inactive-people"] == 0)
        }
    }

    @Test func `sessions, links and addresses go after their time`() async throws {
        try await Village.with { village in
            _ = try await village.person()
            _ = try await village.signIn()
            _ = try await village.accounts.invite("eve@example.org", role: .viewer, base: "http://x", from: .command)
            let privacy = try await village.privacy()
            #expect(try await carryOut(village, privacy).values.allSatisfy { $0 == 0 })
            village.time.move(Self.day * 91)
            for rule in privacy.retained where ["sessions", "links", "audit-addresses"].contains(rule.name) {
                let expired = try await rule.expired(at: village.time.now)
                #expect(expired > 0, "\(rule.name)")
                #expect(try await rule.removeAll(at: village.time.now) == expired)
            }
            #expect(try await village.entries("session") == 0)
            #expect(try await village.entries("invitation") == 0)
        }
    }
}

extension Village {
    func entries(_ table: String) async throws -> Int {
        try await database.read { try await $0.value("SELECT count(*) FROM \(table)") }
    }
}

/// So many rows, one a step.
private final class Heap: PersonalData {
    let name = "heap"
    let tables: [PersonalTable] = []
    let contents: [(file: String, meaning: String)] = []
    private let rows: Mutex<Int>

    init(rows: Int) { self.rows = Mutex(rows) }

    func export(_ user: User.ID, into archive: inout ZipWriter) async throws {}
    func usage(of user: User.ID) async throws -> [DataUse] { [] }

    func erase(_ user: User.ID, in tx: Transaction) async throws -> Erased {
        rows.withLock { rows in
            guard rows > 0 else { return Erased(isDone: true) }
            rows -= 1
            return Erased(counts: ["straws": 1], isDone: rows == 0)
        }
    }
}

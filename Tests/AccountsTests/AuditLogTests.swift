import Core
import Database
import Testing

@testable import Accounts

@Suite("The audit trail") struct AuditLogTests {
    private func fill(_ village: Village, _ count: Int = 5) async throws {
        for number in 1...count {
            let origin = Origin(address: "192.0.2.\(number)", requestID: "r\(number)")
            let entry = AuditEntry(
                "test.done",
                by: "key",
                on: "thing \(number)",
                from: origin,
                new: ["number": "\(number)"]
            )
            try await village.accounts.audit.write(entry)
        }
    }

    private func found(in village: Village, _ filter: AuditFilter) async throws -> Int {
        try await village.accounts.audit.records(filter, after: nil, limit: 100).records.count
    }

    @Test(arguments: Village.Engine.allCases)
    func `it is whole, also after addresses are forgotten`(engine: Village.Engine) async throws {
        try await Village.with(engine) { village in
            try await fill(village)
            #expect(try await village.accounts.audit.verify() == .whole(5))
            village.time.move(.seconds(100 * 86_400))
            try await fill(village, 2)
            let forgotten = try await village.accounts.audit.forgetAddresses(
                before: village.time.now - .seconds(86_400)
            )
            #expect(forgotten == 5)
            #expect(try await village.accounts.audit.verify() == .whole(7))
        }
    }

    @Test(arguments: [
        "UPDATE audit SET actor = 'nobody' WHERE position = 3", "UPDATE audit SET action = 'x' WHERE position = 3",
        "UPDATE audit SET subject = 'x' WHERE position = 3", "UPDATE audit SET new_values = '{}' WHERE position = 3",
        "UPDATE audit SET at = at + 1 WHERE position = 3",
        "UPDATE audit SET address = '198.51.100.1' WHERE position = 3",
        "UPDATE audit SET request_id = 'x' WHERE position = 3", "DELETE FROM audit WHERE position = 3",
        "UPDATE audit SET code = (SELECT code FROM audit WHERE position = 2) WHERE position = 3",
    ])
    func `whatever is changed in it is found, and where`(sql: String) async throws {
        try await Village.with { village in
            try await fill(village)
            try await village.database.execute(sql)
            #expect(try await village.accounts.audit.verify() == .broken(position: 3))
        }
    }

    @Test func `who lacks the secret cannot write an entry that passes`() async throws {
        try await Village.with { village in
            try await fill(village, 2)
            let forger = AuditLog(village.database, secret: MasterSecret(text: "another"), clock: village.time.clock)
            try await forger.write(AuditEntry("test.done", by: "key", on: "thing", from: .command))
            #expect(try await village.accounts.audit.verify() == .broken(position: 3))
        }
    }

    @Test(arguments: Village.Engine.allCases)
    func `many writers at once make one chain`(engine: Village.Engine) async throws {
        try await Village.with(engine) { village in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        let entry = AuditEntry("test.done", by: "key", on: "thing \(number)", from: .command)
                        try await village.accounts.audit.write(entry)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await village.accounts.audit.verify() == .whole(40))
        }
    }

    @Test(arguments: Village.Engine.allCases)
    func `it is read page by page, by actor, subject, action and time`(engine: Village.Engine) async throws {
        try await Village.with(engine) { village in
            try await fill(village)
            village.time.move(.seconds(60))
            let between = village.time.now
            try await village.accounts.audit.write(AuditEntry("user.made", by: "ada", on: "user x", from: .command))
            let audit = village.accounts.audit
            let first = try await audit.records(AuditFilter(), after: nil, limit: 4)
            #expect(first.records.map(\.position) == [6, 5, 4, 3])
            let second = try await audit.records(AuditFilter(), after: first.next, limit: 4)
            #expect(second.records.map(\.position) == [2, 1] && second.next == nil)
            #expect(try await found(in: village, AuditFilter(actor: "ada")) == 1)
            #expect(try await found(in: village, AuditFilter(subject: "thing 2")) == 1)
            #expect(try await found(in: village, AuditFilter(action: "test.")) == 5)
            #expect(try await found(in: village, AuditFilter(action: "test.done")) == 5)
            #expect(try await found(in: village, AuditFilter(action: "test")) == 0)
            #expect(try await found(in: village, AuditFilter(from: between)) == 1)
            #expect(try await found(in: village, AuditFilter(to: between)) == 5)
        }
    }

    @Test func `equal refusals become one entry with their number`() async throws {
        try await Village.with { village in
            let seen = village.accounts.seen
            for _ in 0..<1_000 {
                seen.refused("sign-in", by: "nobody", on: "session", from: Origin(address: "192.0.2.9"))
            }
            for number in 0..<500 {
                seen.refused("sign-in", by: "nobody", on: "session", from: Origin(address: "198.51.100.\(number)"))
            }
            await seen.flush()
            let records = try await village.accounts.audit.records(AuditFilter(), after: nil, limit: 1_000).records
            #expect(records.count == 51, "a flood from many addresses is counted together")
            #expect(records.contains { $0.address == "192.0.2.9" && $0.new["times"] == "1000" })
            #expect(records.contains { $0.action == "refused.many" && $0.new["times"] == "451" })
        }
    }
}

import Core
import Database
import JobQueue
import Testing

@testable import Accounts

@Suite("Consents") struct ConsentTests {
    private func granted(_ village: Village, _ user: User) async throws -> Set<ConsentPurpose> {
        Set(try await village.accounts.consents.standing(of: user.id).filter(\.isGranted).map(\.purpose))
    }

    private func entries(_ village: Village, _ user: User) async throws -> [ConsentEntry] {
        try await village.accounts.consents.ledger.entries(of: user.id, after: nil, limit: 100).entries
    }

    @Test(arguments: Village.Engine.allCases)
    func `whoever is made agrees to the service and to nothing else`(engine: Village.Engine) async throws {
        try await Village.with(engine) { village in
            let ada = try await village.person()
            #expect(try await granted(village, ada) == [.service])
            let entries = try await entries(village, ada)
            #expect(entries.map(\.purpose) == ["service"] && entries[0].how == "command" && entries[0].version == 1)
            #expect(entries[0].subject != ada.id.uuid, "the ledger does not know people by their keys")
        }
    }

    @Test(arguments: Village.Engine.allCases)
    func `a change is an entry, and what stays as it is makes none`(engine: Village.Engine) async throws {
        try await Village.with(engine) { village in
            let ada = try await village.person()
            let consents = village.accounts.consents
            try await consents.change([.modelTraining: true, .service: true], of: ada.id)
            try await consents.change([.modelTraining: true], of: ada.id)
            village.time.move(.seconds(60))
            try await consents.change([.modelTraining: false, .community: true], of: ada.id)
            #expect(try await granted(village, ada) == [.service, .community])
            let all = try await entries(village, ada)
            #expect(all.count == 4 && all.last?.how == "command")
            #expect(all.filter { $0.purpose == "model_training" }.map(\.isGranted) == [false, true])
            #expect(try await consents.ledger.verify() == .whole(4))
        }
    }

    @Test func `a withdrawal is told to whoever acts on it, a consent to nobody`() async throws {
        try await Village.with { village in
            let ada = try await village.person()
            let consents = village.accounts.consents
            try await consents.change([.researchSharing: true], of: ada.id)
            try await consents.change([.researchSharing: false, .community: false], of: ada.id)
            let payloads = try await village.database.query("SELECT payload FROM job").map { row in
                try row.json("payload", as: ConsentWithdrawn.self)
            }
            #expect(payloads.map(\.purpose) == [.researchSharing])
            #expect(payloads.first?.user == ada.id && payloads.first?.at == village.time.now)
        }
    }

    @Test func `those who ask hear of a change at once, and the operator's key needs nobody's consent`() async throws {
        try await Village.with { village in
            let ada = try await village.person()
            let consents = village.accounts.consents
            #expect(try await consents.allow(.service, of: ada.id.description))
            try await consents.change([.service: false], of: ada.id)
            #expect(try await !consents.allow(.service, of: ada.id.description))
            #expect(try await consents.allow(.service, of: "key"))
            #expect(try await !consents.allow(.service, of: User.ID.next().description), "nobody agrees to nothing")
        }
    }

    @Test func `an account that is older than the ledger agrees by being used`() async throws {
        try await Village.with { village in
            let ada = try await village.person()
            try await village.database.execute("DELETE FROM consent")
            try await village.database.execute("DELETE FROM consent_person")
            #expect(try await granted(village, ada) == [.service])
            try await village.accounts.consents.change([.service: false], of: ada.id)
            #expect(try await granted(village, ada).isEmpty)
        }
    }

    @Test func `a consent to a text that has changed holds no more, except to the service`() async throws {
        try await Village.with { village in
            let ada = try await village.person()
            try await village.accounts.consents.change([.modelTraining: true], of: ada.id)
            try await village.database.execute("UPDATE consent SET version = 0")
            #expect(try await granted(village, ada) == [.service])
            try await village.accounts.consents.change([.modelTraining: true], of: ada.id)
            #expect(try await granted(village, ada) == [.service, .modelTraining])
        }
    }

    @Test(arguments: [
        "UPDATE consent SET granted = 1 WHERE position = 3",
        "UPDATE consent SET purpose = 'community' WHERE position = 3",
        "UPDATE consent SET version = 2 WHERE position = 3", "UPDATE consent SET at = at + 1 WHERE position = 3",
        "UPDATE consent SET how = 'x' WHERE position = 3", "DELETE FROM consent WHERE position = 3",
        "UPDATE consent SET subject = (SELECT subject FROM consent WHERE position = 4) WHERE position = 3",
        "UPDATE consent SET code = (SELECT code FROM consent WHERE position = 2) WHERE position = 3",
    ])
    func `whatever is changed in the ledger is found, and where`(sql: String) async throws {
        try await Village.with { village in
            let ada = try await village.person()
            try await village.accounts.consents.change([.modelTraining: true], of: ada.id)
            try await village.accounts.consents.change([.modelTraining: false], of: ada.id)
            _ = try await village.person("bea@example.org")
            #expect(try await village.accounts.consents.ledger.verify() == .whole(4))
            try await village.database.execute(sql)
            #expect(try await village.accounts.consents.ledger.verify() == .broken(position: 3))
        }
    }

    @Test func `who lacks the secret cannot write an entry that passes`() async throws {
        try await Village.with { village in
            let ada = try await village.person()
            let secret = MasterSecret(text: "another")
            let forger = ConsentLedger(village.database, secret: secret, clock: village.time.clock)
            try await village.database.write { tx in
                try await forger.write(.modelTraining, isGranted: true, of: ada.id, how: "changed", in: tx)
            }
            #expect(try await village.accounts.consents.ledger.verify() == .broken(position: 2))
        }
    }
}

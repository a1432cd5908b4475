import Accounts
import Core
import Database
import Testing

@testable import Wildlife

@Suite("What belongs to people") struct WildlifeDataTests {
    @Test(arguments: Meadow.Engine.allCases)
    func `pictures and words stay when somebody goes, and their name does not`(engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            let user = User.ID.next()
            var delivery = Delivery(filename: "1.PNG", bytes: Meadow.picture(1), door: .api, camera: "oak")
            delivery.owner = user.description
            let image = try await meadow.receive(delivery).image
            let caller = WildlifeCaller(
                name: user.description,
                user: user,
                reach: .everything,
                origin: Origin(address: "192.0.2.1")
            )
            try await meadow.review(image.id, .init(decision: .approved), caller)
            let run = try await meadow.imports.accept.local(.camtrapDP, "a.zip", bytes: 1, caller)
            let data = WildlifeData(database: meadow.database)
            let usage = try await data.usage(of: user)
            #expect(usage.map(\.count) == [1, 1, 1])
            let erased = try await meadow.database.write { try await data.erase(user, in: $0) }
            #expect(erased.isDone)
            #expect(erased.counts["reviews"] == 1)
            let left = try await data.usage(of: user)
            #expect(left.map(\.count) == [0, 0, 0])
            let now = try await meadow.image(image.id)
            #expect(now.owner == nil)
            #expect(now.review == .approved)
            let owner = try await meadow.database.read { try await meadow.imports.store.run(run.id, in: $0)?.owner }
            #expect(owner == nil)
        }
    }
}

import Accounts
import Core
import HTTPServer
import ObjectStore
import Testing

@testable import Wildlife

@Suite("Sites, cameras and deployments") struct PlaceTests {
    @Test(arguments: Meadow.Engine.allCases)
    func `pictures follow the deployment of their time`(engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            let brook = Site(id: .next(), name: "Brook", location: nil, createdAt: Meadow.start)
            let hill = Site(id: .next(), name: "Hill", location: nil, createdAt: Meadow.start)
            try await meadow.places.add(brook, Meadow.everybody)
            try await meadow.places.add(hill, Meadow.everybody)
            let early = try await meadow.take(1, hours: 1)
            let late = try await meadow.take(2, hours: 30)
            let camera = try await meadow.camera("oak")
            func deployment(_ site: Site, _ from: Int, _ to: Int?) -> Deployment {
                Deployment(
                    id: .next(),
                    camera: camera.id,
                    site: site.id,
                    location: nil,
                    startedAt: Meadow.start + .seconds(from * 3_600),
                    endedAt: to.map { Meadow.start + .seconds($0 * 3_600) },
                    notes: ""
                )
            }
            let first = deployment(brook, 0, 24)
            try await meadow.places.add(first, Meadow.everybody)
            await #expect(throws: Problem.self) {
                try await meadow.places.add(deployment(hill, 23, nil), Meadow.everybody)
            }
            try await meadow.places.add(deployment(hill, 24, nil), Meadow.everybody)
            #expect(try await meadow.image(early.id).site == brook.id)
            #expect(try await meadow.image(late.id).site == hill.id)
            let newest = try await meadow.take(3, hours: 40)
            #expect(newest.site == hill.id)
            _ = try await meadow.places.change(first.id, Meadow.everybody) {
                $0.startedAt = Meadow.start + .seconds(2 * 3_600)
            }
            #expect(try await meadow.image(early.id).deployment == nil)
            #expect(try await meadow.image(early.id).site == nil)
            await #expect(throws: Problem.self) { try await meadow.places.remove(hill.id, Meadow.everybody) }
            try await meadow.places.remove(first.id, Meadow.everybody)
            try await meadow.places.remove(brook.id, Meadow.everybody)
            await #expect(throws: Problem.self) { try await meadow.places.remove(camera.id, Meadow.everybody) }
        }
    }

    @Test func `loose pictures follow their camera to its site`() async throws {
        try await Meadow.with { meadow in
            let image = try await meadow.take(1)
            try await meadow.find(["fox"], on: image)
            let site = Site(id: .next(), name: "Brook", location: nil, createdAt: Meadow.start)
            try await meadow.places.add(site, Meadow.everybody)
            let camera = try await meadow.camera("oak")
            _ = try await meadow.places.change(camera.id, Meadow.everybody) { $0.site = site.id }
            #expect(try await meadow.image(image.id).site == site.id)
            var filter = ImageFilter()
            filter.reach = Reach(sites: [site.id.uuid], clients: nil)
            filter.species = "fox"
            #expect(try await meadow.images.count(filter) == 1)
        }
    }

    @Test func `names and codes are taken once`() async throws {
        try await Meadow.with { meadow in
            let site = Site(id: .next(), name: "Brook", location: nil, createdAt: Meadow.start)
            try await meadow.places.add(site, Meadow.everybody)
            let other = Site(id: .next(), name: "Brook", location: nil, createdAt: Meadow.start)
            await #expect(throws: Problem.self) { try await meadow.places.add(other, Meadow.everybody) }
        }
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `a camera comes in with its newest password alone`(engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            try await meadow.take(1)
            let camera = try await meadow.camera("oak")
            let folder = meadow.objects.place.dropFirst("files in ".count) + "/drop"
            let closed = CameraAccounts(database: meadow.database, audit: meadow.audit, dropFolder: nil)
            await #expect(throws: CameraAccounts.Fault.noDropFolder) {
                _ = try await closed.home(of: "oak", password: "x")
            }
            let accounts = CameraAccounts(database: meadow.database, audit: meadow.audit, dropFolder: String(folder))
            let old = try await accounts.renew(camera, Meadow.everybody)
            let new = try await accounts.renew(camera, Meadow.everybody)
            #expect(try await accounts.home(of: "oak", password: old) == nil)
            #expect(try await accounts.home(of: "elm", password: new) == nil)
            #expect(try await accounts.home(of: "../oak", password: new) == nil)
            await #expect(throws: SystemFault.self) { _ = try await accounts.home(of: "oak", password: new) }
        }
    }
}

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

    @Test func `who sees one site takes no picture of another by a deployment`() async throws {
        try await Meadow.with { meadow in
            let alpha = Site(id: .next(), name: "Alpha", location: nil, createdAt: Meadow.start)
            let beta = Site(id: .next(), name: "Beta", location: nil, createdAt: Meadow.start)
            try await meadow.places.add(alpha, Meadow.everybody)
            try await meadow.places.add(beta, Meadow.everybody)
            let image = try await meadow.take(1, hours: 5)
            let camera = try await meadow.camera("oak")
            let old = Deployment(
                id: .next(),
                camera: camera.id,
                site: alpha.id,
                location: nil,
                startedAt: Meadow.start - .seconds(7_200),
                endedAt: Meadow.start - .seconds(3_600),
                notes: ""
            )
            try await meadow.places.add(old, Meadow.everybody)
            _ = try await meadow.places.change(camera.id, Meadow.everybody) { $0.site = beta.id }
            #expect(try await meadow.image(image.id).site == beta.id)
            let bounded = WildlifeCaller(
                name: "bounded",
                user: .next(),
                reach: Reach(sites: [alpha.id.uuid], clients: nil),
                origin: Meadow.everybody.origin
            )
            await #expect(throws: Problem.self) {
                _ = try await meadow.places.change(old.id, bounded) { $0.endedAt = nil }
            }
            // The same content sent again tells nothing of where it is, and a time of long ago leads to no other site.
            var delivery = Delivery(filename: "1.PNG", bytes: Meadow.picture(1), door: .api)
            delivery.reach = bounded.reach
            let again = delivery
            await #expect(throws: Problem.self) { _ = try await meadow.receive(again) }
            _ = try await meadow.places.change(camera.id, Meadow.everybody) { $0.site = alpha.id }
            let past = Deployment(
                id: .next(),
                camera: camera.id,
                site: beta.id,
                location: nil,
                startedAt: Meadow.start - .seconds(90_000),
                endedAt: Meadow.start - .seconds(80_000),
                notes: ""
            )
            try await meadow.places.add(past, Meadow.everybody)
            delivery.content = .picture(Meadow.picture(2))
            delivery.camera = "oak"
            delivery.capturedAt = Meadow.start - .seconds(85_000)
            let foreign = delivery
            await #expect(throws: Problem.self) { _ = try await meadow.receive(foreign) }
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
            let closed = CameraAccounts(
                cameras: meadow.places.cameras,
                audit: meadow.audit,
                passwords: PasswordPool(),
                dropFolder: nil
            )
            await #expect(throws: CameraAccounts.Fault.noDropFolder) {
                _ = try await closed.home(of: "oak", password: "x")
            }
            let accounts = CameraAccounts(
                cameras: meadow.places.cameras,
                audit: meadow.audit,
                passwords: PasswordPool(),
                dropFolder: String(folder)
            )
            let old = try await accounts.renew(camera, Meadow.everybody)
            let new = try await accounts.renew(camera, Meadow.everybody)
            #expect(try await accounts.home(of: "oak", password: old) == nil)
            #expect(try await accounts.home(of: "elm", password: new) == nil)
            #expect(try await accounts.home(of: "../oak", password: new) == nil)
            await #expect(throws: SystemFault.self) { _ = try await accounts.home(of: "oak", password: new) }
        }
    }
}

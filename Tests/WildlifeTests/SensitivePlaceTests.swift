import Accounts
import Core
import Database
import HTTPServer
import Observations
import Testing

@testable import Wildlife

@Suite("Places of sensitive species") struct SensitivePlaceTests {
    @Test(arguments: Meadow.Engine.allCases)
    func `the places of a camera that saw one are told roughly, and its files not at all`(
        engine: Meadow.Engine
    )
        async throws
    {
        try await Meadow.with(engine) { meadow in
            let image = try await meadow.take(1)
            let other = try await meadow.take(2, camera: "elm")
            try await meadow.find(["lynx"], on: image)
            try await meadow.find(["fox"], on: other)
            var oak = try await meadow.camera("oak")
            var elm = try await meadow.camera("elm")
            let place = try #require(GeoPoint(latitude: 48.123_456, longitude: 13.654_321))
            (oak.location, elm.location) = (place, place)
            let sensitive = SensitivePlaces(database: meadow.database)
            var veil = try await sensitive.veil()
            #expect(veil(oak).location == place)

            let rule = SpeciesRule(name: "lynx lynx", becomes: "lynx", livesElsewhere: false, isSensitive: true)
            try await meadow.database.write { try await meadow.rules.put(rule, in: $0) }
            veil = try await sensitive.veil()
            #expect(veil(oak).location == GeoPoint(latitude: 48.1, longitude: 13.7))
            #expect(veil(elm).location == place)
            let scientific = [
                SpeciesRule(
                    name: "lynx lynx",
                    becomes: "lynx",
                    livesElsewhere: false,
                    isSensitive: true,
                    scientificName: ScientificName("Lynx lynx", nil)
                ),
                SpeciesRule(
                    name: "vulpes vulpes",
                    becomes: "fox",
                    livesElsewhere: false,
                    isSensitive: false,
                    scientificName: ScientificName("Lynx Lynx", nil)
                ),
            ]
            for rule in scientific { try await meadow.database.write { try await meadow.rules.put(rule, in: $0) } }
            veil = try await sensitive.veil()
            #expect(veil(elm).location != place, "what goes out as the same species is as sensitive")
            let apart = SpeciesRule(name: "vulpes vulpes", becomes: "fox", livesElsewhere: false, isSensitive: false)
            try await meadow.database.write { try await meadow.rules.put(apart, in: $0) }
            veil = try await sensitive.veil()
            #expect(veil(elm).location == place)
            _ = try await meadow.places.change(oak.id, Meadow.everybody) { $0.location = place }
            let told = try await CamtrapDeployments.load(ImageFilter(), from: meadow.database, at: Meadow.start)
            #expect(told.location(of: image) == GeoPoint(latitude: 48.1, longitude: 13.7))
            #expect(told.table.contains("8000") && !told.table.contains("48.12"))
            let seen = try await meadow.look(at: image.id, within: ImageFilter())
            #expect(seen.detail.imageURL == nil)
            var filter = ImageFilter()
            filter.seesPlaces = true
            let exact = try await CamtrapDeployments.load(filter, from: meadow.database, at: Meadow.start)
            #expect(exact.location(of: image) == place)
            let whole = try await meadow.look(at: image.id, within: filter)
            #expect(whole.detail.imageURL != nil)
            let fox = try await meadow.look(at: other.id, within: ImageFilter())
            #expect(fox.detail.imageURL != nil)

            let watch = WatchCameras(
                images: meadow.images,
                cameras: meadow.places.cameras,
                sites: meadow.places.sites,
                objects: meadow.objects,
                sensitive: sensitive
            )
            let rough = try await watch.openPlace(of: oak.id.uuid, at: Coordinates(place))
            #expect(rough == Coordinates(latitude: 48.1, longitude: 13.7), "others ask the same")
            let plain = try await watch.openPlace(of: elm.id.uuid, at: Coordinates(place))
            #expect(plain == Coordinates(place))
        }
    }
}

import Core
import Database
import HTTPServer
import Testing

@testable import Wildlife

@Suite("Histories for models of occupancy") struct DetectionHistoryTests {
    private static func time(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

    @Test func `occasions are whole days, however the survey begins and ends`() throws {
        let history = DetectionHistory(
            from: try Self.time("2026-05-01T18:00:00Z"),
            to: try Self.time("2026-05-15T06:00:00Z"),
            daysPerOccasion: 7
        )
        #expect(history.count == 3)
        #expect((0..<3).map(history.name) == ["2026-05-01", "2026-05-08", "2026-05-15"])
        #expect(history.occasion(of: try Self.time("2026-05-07T23:59:59Z")) == 0)
        #expect(history.occasion(of: try Self.time("2026-05-08T00:00:00Z")) == 1)
        #expect(history.occasion(of: try Self.time("2026-04-30T23:59:59Z")) == nil)
        #expect(history.occasion(of: try Self.time("2026-05-22T00:00:00Z")) == nil)
        let (begin, end) = (try Self.time("2026-05-01T18:00:00Z"), try Self.time("2026-05-09T12:00:00Z"))
        #expect((0..<3).map { history.effort(from: begin, to: end, in: $0) } == [6.25, 1.5, 0])
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `seen is 1, not seen is 0, and a camera that did not run knows nothing`(_ engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            // By the cameras' clocks, at 22:26 on 28 May 2026.
            let hour = Duration.seconds(3_600)
            for code in ["oak", "elm"] { try await meadow.take(code == "oak" ? 1 : 2, camera: code) }
            for (code, from, until) in [("oak", -30, 24), ("elm", 2, 60)] {
                let camera = try await meadow.camera(code)
                let deployment = Deployment(
                    id: .next(),
                    camera: camera.id,
                    site: nil,
                    location: GeoPoint(latitude: 51.5, longitude: 4.75),
                    startedAt: Meadow.start + hour * from,
                    endedAt: Meadow.start + hour * until,
                    notes: ""
                )
                try await meadow.places.add(deployment, Meadow.everybody)
            }
            try await meadow.find(["fox"], on: try await meadow.take(3, camera: "oak", hours: 3))
            try await meadow.find(["badger"], on: try await meadow.take(4, camera: "elm", hours: 30))
            let clock = WallClock { Meadow.start + hour * 48 }
            let export = ExportDetectionHistory(
                images: meadow.images,
                deployments: meadow.places.deployments,
                clock: clock
            )
            var filter = ImageFilter()
            filter.species = "fox"
            let lines = Gathered<String>()
            try await export(export.table(filter, daysPerOccasion: 1)) { lines.add([$0]) }
            let rows = lines.all.joined().split(separator: "\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            }
            #expect(
                rows[0].suffix(8).map { String($0.suffix(10)) } == [
                    "2026-05-27", "2026-05-28", "2026-05-29", "2026-05-30", "2026-05-27", "2026-05-28", "2026-05-29",
                    "2026-05-30",
                ]
            )
            #expect(rows[0][5].hasPrefix("seen_") && rows[0][9].hasPrefix("effort_"))
            #expect(rows[1][2...4] == ["oak", "51.5", "4.75"])
            #expect(rows[1][5..<9] == ["0", "0", "1", "NA"])
            #expect(rows[2][5..<9] == ["NA", "NA", "0", "0"])
            let effort = rows[1][9...].compactMap { Double($0) }
            #expect(abs(effort.reduce(0, +) - 54.0 / 24) < 0.01, "\(effort)")
            filter.to = Meadow.start
            let earlier = try await export.table(filter, daysPerOccasion: 7)
            #expect(earlier.rows.map(\.camera) == ["oak"] && earlier.history.count == 1)
            #expect(earlier.rows[0].seen.isEmpty)
        }
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `a site has one row, in which the days of its cameras are added up`(_ engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            let day = Duration.seconds(86_400)
            // Midnight by the cameras' clocks, on 25 May 2026.
            let midnight = Meadow.start - .seconds(80_800) - day * 3
            let oak = try await meadow.take(1, camera: "oak", hours: -52)
            let elm = try await meadow.take(2, camera: "elm", hours: -32)
            let yew = try await meadow.take(3, camera: "yew", hours: -12)
            try await meadow.take(4, camera: "ash", hours: -11)
            for image in [oak, elm, yew] { try await meadow.find(["fox"], on: image) }
            let brook = Site(
                id: .next(),
                name: "Brook",
                location: GeoPoint(latitude: 50.53, longitude: 4.26),
                createdAt: Meadow.start
            )
            let hill = Site(id: .next(), name: "Hill", location: nil, createdAt: Meadow.start)
            for site in [brook, hill] { try await meadow.places.add(site, Meadow.everybody) }
            let hung: [(camera: String, site: Site?, from: Double, until: Double)] = [
                ("oak", brook, 0, 2), ("yew", hill, 0, 1), ("elm", brook, 1.5, 3.75), ("yew", hill, 3, 3.5),
                ("ash", nil, 3, 3.5),
            ]
            for (code, site, from, until) in hung {
                let deployment = Deployment(
                    id: .next(),
                    camera: try await meadow.camera(code).id,
                    site: site?.id,
                    location: code == "yew" ? GeoPoint(latitude: 51.5, longitude: 4.75) : nil,
                    startedAt: midnight + .seconds(86_400 * from),
                    endedAt: midnight + .seconds(86_400 * until),
                    notes: ""
                )
                try await meadow.places.add(deployment, Meadow.everybody)
            }
            let clock = WallClock { Meadow.start + day * 2 }
            let deployments = meadow.places.deployments
            let export = ExportDetectionHistory(images: meadow.images, deployments: deployments, clock: clock)
            var filter = ImageFilter()
            filter.species = "fox"
            func rows(_ days: Int) async throws -> [[String]] {
                let lines = Gathered<String>()
                try await export(export.table(filter, by: .site, daysPerOccasion: days)) { lines.add([$0]) }
                return lines.all.joined().split(separator: "\n").map {
                    $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
                }
            }
            let daily = try await rows(1)
            #expect(
                daily[0].prefix(6) == ["site_id", "site", "cameras", "latitude", "longitude", "seen_2026-05-25"]
            )
            #expect(daily[1].prefix(5) == [brook.id.description, "Brook", "elm oak", "50.53", "4.26"])
            #expect(daily[2].prefix(5) == [hill.id.description, "Hill", "yew", "51.5", "4.75"])
            #expect(daily[3].prefix(5) == ["", "", "ash", "", ""])
            #expect(
                daily.dropFirst().map { $0[5..<9] } == [
                    ["0", "1", "1", "0"], ["0", "NA", "NA", "1"], ["NA", "NA", "NA", "0"],
                ]
            )
            let effort = daily.dropFirst().map { $0[9...].compactMap { Double($0) } }
            #expect(effort == [[1, 1.5, 1, 0.75], [1, 0, 0, 0.5], [0, 0, 0, 0.5]])
            let wide = try await rows(2)
            #expect(wide.dropFirst().map { $0[5..<7] } == [["1", "1"], ["0", "1"], ["NA", "0"]])
            let days = wide.dropFirst().map { $0[7...].compactMap { Double($0) } }
            #expect(days == [[2.5, 1.75], [1, 0.5], [0, 0.5]])
            #expect(try await export.table(filter, daysPerOccasion: 1).rows.count == 5, "one for each deployment")

            let rare = SpeciesRule(name: "fox", becomes: nil, livesElsewhere: false, isSensitive: true)
            try await meadow.database.write { try await meadow.rules.put(rare, in: $0) }
            filter.seesPlaces = false
            for unit in ExportDetectionHistory.Unit.allCases {
                let row = try await export.table(filter, by: unit, daysPerOccasion: 1).rows.first
                #expect(row?.location == GeoPoint(latitude: 50.5, longitude: 4.3), "a sensitive species was seen there")
            }
            try await meadow.database.execute("UPDATE site SET latitude = NULL, longitude = NULL")
            try await meadow.take(90, camera: "fir")
            let beside = Deployment(
                id: .next(),
                camera: try await meadow.camera("fir").id,
                site: brook.id,
                location: GeoPoint(latitude: 50.123_456, longitude: 4.123_456),
                startedAt: Meadow.start - .seconds(86_400 * 30),
                endedAt: nil,
                notes: ""
            )
            try await meadow.places.add(beside, Meadow.everybody)
            let rough = try #require(try await export.table(filter, by: .site, daysPerOccasion: 1).rows.first?.location)
            #expect((rough.latitude * 10).rounded() / 10 == rough.latitude, "whichever of its cameras saw it")
        }
    }

    @Test func `a history without a species, and one without end, are refused`() async throws {
        try await Meadow.with { meadow in
            let clock = WallClock { Meadow.start }
            let export = ExportDetectionHistory(
                images: meadow.images,
                deployments: meadow.places.deployments,
                clock: clock
            )
            await #expect(throws: Problem.self) { _ = try await export.table(ImageFilter(), daysPerOccasion: 1) }
            try await meadow.take(1)
            let camera = try await meadow.camera("oak")
            let long = Deployment(
                id: .next(),
                camera: camera.id,
                site: nil,
                location: nil,
                startedAt: Meadow.start - .seconds(86_400 * 5_000),
                endedAt: nil,
                notes: ""
            )
            try await meadow.places.add(long, Meadow.everybody)
            var filter = ImageFilter()
            filter.species = "fox"
            let fox = filter
            await #expect(throws: Problem.self) { _ = try await export.table(fox, daysPerOccasion: 1) }
            #expect(try await export.table(fox, daysPerOccasion: 7).history.count > 700)
        }
    }
}

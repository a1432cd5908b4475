import Core
import Database
import Foundation
import TestSupport
import Testing

@testable import Wildlife

@Suite("What packages say goes on") struct CamtrapOriginTests {
    private static let described = """
        {
          "id": "a-dataset", "title": "Otters of the brook", "description": "By the water.", "version": "2.1",
          "homepage": "javascript:alert(1)", "keywords": ["otter", ""],
          "contributors": [
            {"title": "Ann", "email": "ann@example.org", "role": "contact", "path": "https://example.org/ann"},
            {"title": "The brook society", "role": "publisher"}, {"email": "nobody@example.org"}, 7,
            {"title": "Bob", "role": "king"}
          ],
          "licenses": [{"name": "CC0-1.0", "scope": "data"}, {"path": "https://example.org/by", "scope": "media"}, {"name": "x"}],
          "sources": [{"title": "Agouti", "version": "v3"}], "bibliographicCitation": "Ann (2020). Otters.",
          "project": {"title": "Brook", "acronym": "B", "samplingDesign": "targeted", "captureMethod": ["timeLapse", "other"]},
          "resources": []
        }
        """

    private static func files(_ description: String, year: String = "2020", pictures: Int = 0) -> [(String, [UInt8])] {
        CamtrapImportTests.files(
            deployments: CamtrapImportTests.deployments.replacing("2020-", with: "\(year)-"),
            media: CamtrapImportTests.media.replacing("2020-", with: "\(year)-")
        ).map { name, content in
            switch name {
            case "datapackage.json": (name, Array(description.utf8))
            case "media/one.png": (name, Meadow.picture(pictures + 1))
            case "media/two.png": (name, Meadow.picture(pictures + 2))
            case "media/three.png": (name, Meadow.picture(pictures + 3))
            case "media/five.png": (name, Meadow.picture(pictures + 5))
            default: (name, content)
            }
        }
    }

    private static func exported(_ meadow: Meadow) async throws -> [String: Any] {
        let text = try #require(try await CamtrapImportTests.export(meadow)["datapackage.json"])
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `a package keeps who made it and under which licences, and goes out so`(_ engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            _ = try await CamtrapImportTests.take(Self.files(#"{"id": "a-dataset", "title": "Old"}"#), into: meadow)
            // What it says last counts.
            let notes = try await CamtrapImportTests.take(Self.files(Self.described), into: meadow).notes
            for (list, count) in [("contributors", 2), ("licenses", 1)] {
                #expect(notes.contains { $0.field == list && $0.problem.hasPrefix("\(count) of them") }, "\(notes)")
            }
            let package = try await Self.exported(meadow)
            #expect(package["title"] as? String == "Otters of the brook")
            #expect(package["description"] as? String == "By the water.")
            #expect(package["version"] as? String == "2.1")
            #expect(package["keywords"] as? [String] == ["otter"])
            #expect(package["homepage"] == nil)
            #expect(package["bibliographicCitation"] as? String == "Ann (2020). Otters.")
            let contributors = package["contributors"] as? [[String: String]] ?? []
            #expect(contributors.map { $0["title"] } == ["Ann", "The brook society", "Bob"])
            #expect(contributors.map { $0["role"] } == ["contact", "publisher", nil])
            let licenses = package["licenses"] as? [[String: String]] ?? []
            #expect(licenses.map { $0["scope"] } == ["data", "media"])
            #expect((package["sources"] as? [[String: String]])?.map { $0["title"] } == ["Agouti", "Hedgerow"])
            let project = package["project"] as? [String: Any]
            #expect(project?["title"] as? String == "Brook")
            #expect(project?["samplingDesign"] as? String == "targeted")
            #expect(project?["captureMethod"] as? [String] == ["timeLapse"])
            let run = try #require(try await meadow.imports.store.page(of: nil, after: nil, limit: 1).runs.first)
            let origins = try await meadow.database.read { try await OriginStore().packages([run.package], in: $0) }
            let told = try #require(origins[run.package].map(PackageAnswer.init))
            #expect(told.contributors.count == 3 && told.licenses.map(\.name) == ["CC0-1.0", "https://example.org/by"])
        }
    }

    @Test func `of several packages everybody is named, and no licence is that of the whole`() async throws {
        try await Meadow.with { meadow in
            _ = try await CamtrapImportTests.take(Self.files(Self.described), into: meadow)
            let other = #"{"id": "another", "title": "Foxes", "contributors": [{"title": "Eve"}, {"title": "Bob"}]}"#
            _ = try await CamtrapImportTests.take(Self.files(other, year: "2021", pictures: 100), into: meadow)
            let package = try await Self.exported(meadow)
            #expect(package["title"] as? String == "t")
            #expect(package["licenses"] == nil && package["description"] == nil)
            let contributors = package["contributors"] as? [[String: String]] ?? []
            #expect(contributors.map { $0["title"] } == ["Ann", "The brook society", "Bob", "Eve", "t"])
            let sources = package["sources"] as? [[String: String]]
            #expect(sources?.map { $0["title"] } == ["Otters of the brook", "Foxes", "Hedgerow"])
        }
    }

    @Test func `one licence is told of, and does not go out`() async throws {
        try await Meadow.with { meadow in
            let one = #"{"id": "a-dataset", "licenses": [{"name": "CC0-1.0", "scope": "data"}]}"#
            let notes = try await CamtrapImportTests.take(Self.files(one), into: meadow).notes
            #expect(notes.contains { $0.file == "datapackage.json" && $0.field == "scope" })
            #expect(try await Self.exported(meadow)["licenses"] == nil)
        }
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `deployments of one camera never overlap, whatever a package says`(_ engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            // The name that the second row would have its camera by belongs to one that hung elsewhere too.
            let image = try await meadow.take(900, camera: "320-d2")
            let camera = try #require(image.camera)
            let day = try #require(Timestamp("2020-06-05T00:00:00Z"))
            let here = Deployment(
                id: .next(),
                camera: camera,
                site: nil,
                location: nil,
                startedAt: day,
                endedAt: day + .seconds(86_400),
                notes: ""
            )
            try await meadow.places.add(here, Meadow.everybody)
            let (outcome, notes) = try await CamtrapImportTests.take(CamtrapImportTests.files(), into: meadow)
            #expect(outcome.state == "finished" && outcome.deployments == 2)
            #expect(
                notes.contains { $0.row == 3 && $0.field == "cameraID" && $0.done.contains("320-d2-2") },
                "\(notes)"
            )
            let overlaps = try await meadow.database.query(
                """
                SELECT a.id FROM deployment AS a JOIN deployment AS b ON a.camera_id = b.camera_id AND a.id <> b.id
                WHERE a.started_at < b.ended_at AND b.started_at < a.ended_at
                """
            )
            #expect(overlaps.isEmpty)
        }
    }

    @Test func `pictures at web addresses are counted, with what to do about them`() async throws {
        try await Meadow.with { meadow in
            var media = CamtrapImportTests.media
            for number in 0..<1_200 {
                media +=
                    "x\(number),d1,activityDetection,2020-06-20T06:00:00Z,https://example.org/\(number),true,,image/png,\n"
            }
            let (outcome, notes) = try await CamtrapImportTests.take(
                CamtrapImportTests.files(media: media),
                into: meadow
            )
            #expect(outcome.state == "finished" && outcome.missingPictures == 1_201, "\(outcome)")
            let told = notes.filter { $0.problem.contains("web addresses") }
            #expect(told.count == 1 && told[0].file == "media.csv" && told[0].row == 0)
            #expect(told.first?.problem.contains("1201 pictures") == true)
            #expect(told.first?.done.contains("send the package once more") == true)
            // What was not listed is counted beside it.
            #expect(notes.contains { $0.row == 0 && $0.field == "filePath" && $0.problem.contains("201 more") })
        }
    }
}

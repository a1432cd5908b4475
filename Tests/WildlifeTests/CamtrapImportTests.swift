import Archive
import Core
import Database
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Wildlife

@Suite("Packages come in") struct CamtrapImportTests {
    static let deployments = """
        deploymentID,locationID,locationName,latitude,longitude,deploymentStart,deploymentEnd,cameraID,cameraModel,cameraHeight,habitat,deploymentComments
        d1,loc1,"Brook, old mill",51.496,4.774,2020-05-30T04:57:37+02:00,2020-07-01T11:41:41+02:00,320,Reconyx-HF2X,1.30,marsh,by the water
        d2,loc2,Oak,51.18,5.65,2020-06-01T00:00:00+02:00,2020-06-10T00:00:00+02:00,320,Reconyx-HF2X,0.70,,

        """
    static let media = """
        mediaID,deploymentID,captureMethod,timestamp,filePath,filePublic,fileName,fileMediatype,favorite
        m1,d1,activityDetection,2020-06-20T05:00:00+02:00,media/one.png,true,IMG_1.PNG,image/png,true
        m2,d1,timeLapse,2020-06-20T05:00:30+02:00,https://example.org/assets/two/file,true,two.png,image/png,
        m3,d2,activityDetection,2020-06-02T05:01:00+02:00,media/three.png,true,IMG_3.PNG,image/png,
        m4,d2,activityDetection,2020-06-02T05:02:00+02:00,https://example.org/assets/four/file,true,IMG_4.PNG,image/png,
        m5,d2,activityDetection,2020-06-03T05:02:00+02:00,media/five.png,true,IMG_5.PNG,image/png,

        """
    static let observations = """
        observationID,deploymentID,mediaID,eventID,eventStart,eventEnd,observationLevel,observationType,scientificName,count,lifeStage,sex,behavior,individualID,bboxX,bboxY,bboxWidth,bboxHeight,classificationMethod,classifiedBy,classificationTimestamp,classificationProbability,observationTags,observationComments
        o1,d1,m1,e1,2020-06-20T03:00:00Z,2020-06-20T03:00:00Z,media,animal,Anas platyrhynchos,2,adult,female,foraging,duck-7,,,,,human,Peter,2020-07-09T09:39:52Z,,,eclipse plumage
        o2,d1,m1,e1,2020-06-20T03:00:00Z,2020-06-20T03:00:00Z,media,animal,Ardea cinerea,1,,,,,,,,,human,Peter,2020-07-09T09:39:52Z,,,
        o3,d1,m2,e1,2020-06-20T03:00:30Z,2020-06-20T03:00:30Z,media,blank,,,,,,,,,,,human,Peter,,,,
        o4,d2,m3,e2,2020-06-02T03:01:00Z,2020-06-02T03:01:00Z,media,human,Homo sapiens,1,,,,,0.1,0.2,0.3,0.4,machine,Western model,,0.88,,
        o5,d2,,e3,2020-06-03T03:00:00Z,2020-06-03T03:10:00Z,event,animal,Vulpes vulpes,3,subadult,,,,,,,,human,Ann,2020-07-09T09:39:52Z,,,

        """

    static func files(
        deployments: String = deployments,
        media: String = media,
        observations: String = observations
    ) -> [(String, [UInt8])] {
        [
            ("media/one.png", Meadow.picture(1)), ("media/two.png", Meadow.picture(2)),
            ("media/three.png", Meadow.picture(3)), ("media/five.png", Meadow.picture(5)),
            ("observations.csv", Array(observations.utf8)), ("media.csv", Array(media.utf8)),
            ("deployments.csv", Array(deployments.utf8)),
            ("datapackage.json", Array(#"{"id": "a-dataset", "resources": []}"#.utf8)),
        ]
    }

    /// Imports a package of these files.
    static func take(
        _ files: [(String, [UInt8])],
        into meadow: Meadow
    ) async throws -> (outcome: Imports.Outcome, notes: [Imports.Note]) {
        try await withTemporaryDirectory { folder in
            let path = folder + "/package.zip"
            let bytes = Gathered<UInt8>()
            var zip = try ZipWriter { piece in bytes.add(piece) }
            for (name, content) in files { try await zip.add(name, content) }
            try await zip.finish()
            try Data(bytes.all).write(to: URL(filePath: path))
            let notes = Gathered<Imports.Note>()
            let outcome = try await meadow.imports(.camtrapDP, file: path, progress: { _ in }) { note in
                notes.add([note])
            }
            return (outcome, notes.all)
        }
    }

    /// The tables that go out.
    static func export(_ meadow: Meadow) async throws -> [String: String] {
        let bytes = Gathered<UInt8>()
        let export = ExportCamtrapDP(
            walk: meadow.walk,
            objects: meadow.objects,
            title: "t",
            program: "1",
            clock: WallClock { Meadow.start }
        )
        try await export(ImageFilter(), withMedia: false) { piece in bytes.add(piece) }
        return try await withTemporaryDirectory { folder in
            try Data(bytes.all).write(to: URL(filePath: folder + "/out.zip"))
            let zip = try await ZipReader.open(folder + "/out.zip")
            var tables: [String: String] = [:]
            while let entry = try await zip.next() {
                tables[entry.name] = String(decoding: try await zip.bytes(of: entry, limit: 1 << 20), as: UTF8.self)
            }
            return tables
        }
    }

    static func rows(_ text: String?) -> [[String: String]] {
        var reader = CSVReader()
        let records = reader.feed(Array((text ?? "").utf8)) + reader.finish()
        guard let head = records.first?.fields else { return [] }
        return records.dropFirst().map { record in
            Dictionary(zip(head, record.fields).filter { !$0.1.isEmpty }) { first, _ in first }
        }
    }

    /// What both say, but for where files lie.
    private static func same(_ sent: String, _ came: String?, but left: Set<String> = []) -> Bool {
        func plain(_ text: String?) -> Set<[String: String]> {
            Set(rows(text).map { row in row.filter { !left.union(["filePath", "filePublic"]).contains($0.key) } })
        }
        let (a, b) = (plain(sent), plain(came))
        if a != b { Issue.record("only sent: \(a.subtracting(b))\nonly came: \(b.subtracting(a))") }
        return a == b
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `a package comes in, goes out as it came, and adds nothing twice`(_ engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            let (outcome, notes) = try await Self.take(Self.files(), into: meadow)
            #expect(outcome.state == "finished", "\(outcome)")
            #expect(outcome.pictures == 4 && outcome.missingPictures == 1 && outcome.deployments == 2, "\(outcome)")
            #expect(notes.contains { $0.file == "media.csv" && $0.row == 5 && $0.field == "filePath" }, "\(notes)")
            // Two deployments of one camera at once are of two cameras.
            #expect(notes.contains { $0.file == "deployments.csv" && $0.row == 3 && $0.field == "cameraID" })
            let tables = try await Self.export(meadow)
            #expect(Self.same(Self.deployments, tables["deployments.csv"]))
            let kept = Self.media.split(separator: "\n").filter { !$0.hasPrefix("m4,") }.joined(separator: "\n")
            #expect(Self.same(kept, tables["media.csv"]))
            #expect(Self.same(Self.observations, tables["observations.csv"]))

            let again = try await Self.take(Self.files(), into: meadow).outcome
            #expect(again.pictures == 0 && again.knownPictures == 4 && again.knownDeployments == 2, "\(again)")
            #expect(again.toldPictures == 0)
            #expect(try await Self.export(meadow)["observations.csv"] == tables["observations.csv"])
            let counts = try await meadow.database.read { reader in
                var counts: [Int] = []
                for table in ["image", "deployment", "site", "image_review", "import_media", "import_observation"] {
                    counts.append(try await reader.value("SELECT count(*) FROM \(table)"))
                }
                return counts
            }
            #expect(counts == [4, 2, 2, 3, 0, 0])
        }
    }

    @Test func `what people and machines said is ours now`() async throws {
        try await Meadow.with { meadow in
            _ = try await Self.take(Self.files(), into: meadow)
            var pictures: [String: ReadPicture] = [:]
            let found = Gathered<ReadPicture>()
            try await meadow.walk(ImageFilter()) { page in found.add(page) }
            for picture in found.all { pictures[picture.image.filename] = picture }
            let duck = try #require(pictures["IMG_1.PNG"])
            #expect(duck.review?.animals.map(\.species) == ["anas platyrhynchos", "ardea cinerea"])
            let first = try #require(duck.review?.animals.first)
            #expect(first.count == 2 && first.sex == .female && first.age == .adult && first.behaviour == "foraging")
            #expect(duck.review?.note == "eclipse plumage")
            #expect(duck.image.wallTime.description == "2020-06-20T05:00:00Z")
            #expect(pictures["two.png"]?.image.contents == .blank)
            let person = try #require(pictures["IMG_3.PNG"])
            #expect(person.findings.map(\.category) == [.person] && person.findings.first?.source == .given)
            #expect(person.image.givenBy == "Western model" && person.image.status == .pending)
            #expect(!person.image.isForEverybody)
            #expect(pictures["IMG_5.PNG"]?.review?.animals.map(\.count) == [3])
        }
    }

    @Test func `a word that was said here stands, and goes out instead`() async throws {
        try await Meadow.with { meadow in
            _ = try await Self.take(Self.files(), into: meadow)
            let one = try await meadow.database.read { reader in
                try #require(try await OriginStore().image(GivenName("m1", in: "a-dataset"), in: reader))
            }
            let animals = [ReviewedAnimals(species: "vulpes vulpes", count: 1, sex: nil, age: nil, behaviour: nil)]
            try await meadow.review(one, .init(decision: .corrected, animals: animals), Meadow.everybody)
            let lines = Self.rows(try await Self.export(meadow)["observations.csv"]).filter { $0["mediaID"] == "m1" }
            #expect(lines.map { $0["scientificName"] } == ["Vulpes vulpes"])
            let (again, notes) = try await Self.take(Self.files(), into: meadow)
            #expect(again.toldPictures == 0)
            #expect(notes.contains { $0.file == "observations.csv" && $0.done == "their word stands" })
        }
    }

    @Test func `a package that is broken in many ways comes in as far as it can`() async throws {
        try await Meadow.with { meadow in
            let deployments = """
                DeploymentID;Latitude;longitude;deployment_start;deploymentEnd;weather
                d1;51,496;4,774;2020-05-30 04:57:37;2020-07-01T11:41:41+0200;fine
                ;1;1;2020-05-30;2020-05-31;x
                d1;1;1;2020-05-30T00:00:00Z;2020-05-31T00:00:00Z;twice
                d9;91;NA;;;no time at all

                """
            let media = """
                filePath,MediaID,deploymentID,timestamp,fileMediatype
                .\\media\\ONE.png,m1,d1,2020-06-20 05:00:00,image/png
                /two.png,m2,nowhere,NA,image/png
                media/broken.png,m3,d1,2020-06-20T05:00:00Z,image/png
                media/three.png,,d1,2020-06-20T05:00:00Z,image/png
                ../../etc/passwd,m6,d1,2020-06-20T05:00:00Z,image/png

                """
            let observations = """
                deploymentID,mediaID,observationType,scientificName,count,sex
                d1,m1,Animal,Vulpes vulpes,two,F
                d1,m9,animal,Vulpes vulpes,1,
                d1,,animal,Vulpes vulpes,1,

                """
            var files = Self.files(deployments: deployments, media: media, observations: observations)
            files = files.filter { $0.0 != "datapackage.json" }.map { ("my package/" + $0.0, $0.1) }
            files.append(("my package/media/broken.png", Array(Meadow.picture(9).prefix(200))))
            let (outcome, notes) = try await Self.take(files, into: meadow)
            #expect(outcome.state == "finished", "\(outcome)")
            #expect(outcome.pictures == 2 && outcome.missingPictures == 2 && outcome.toldPictures == 1, "\(outcome)")
            func told(_ file: String, _ row: Int, _ field: String) -> Bool {
                notes.contains { $0.file == file && $0.row == row && $0.field == field }
            }
            for (file, row, field) in [
                ("deployments.csv", 1, "weather"), ("deployments.csv", 1, "DeploymentID"),
                ("deployments.csv", 2, "latitude"), ("deployments.csv", 2, "deploymentStart"),
                ("deployments.csv", 2, "cameraID"), ("deployments.csv", 3, "deploymentID"),
                ("deployments.csv", 4, "deploymentID"), ("deployments.csv", 5, "latitude"),
                ("deployments.csv", 5, "deploymentStart"), ("datapackage.json", 0, ""), ("media.csv", 1, "filePublic"),
                ("media.csv", 2, "timestamp"), ("media.csv", 3, "timestamp"), ("media.csv", 3, "deploymentID"),
                ("media.csv", 4, "filePath"), ("media.csv", 5, "mediaID"), ("media.csv", 6, "filePath"),
                ("observations.csv", 2, "count"), ("observations.csv", 2, "sex"),
                ("observations.csv", 2, "observationType"), ("observations.csv", 3, "mediaID"),
                ("observations.csv", 4, "eventStart"),
            ] {
                #expect(told(file, row, field), "\(file) \(row) \(field) is not told")
            }
            let camera = try await meadow.camera("d1")
            #expect(camera.imageCount == 1)
        }
    }

    @Test(arguments: ["no zip at all", "{}"]) func `what is no package is refused with the reason`(
        text: String
    ) async throws {
        try await Meadow.with { meadow in
            try await withTemporaryDirectory { folder in
                try Data(text.utf8).write(to: URL(filePath: folder + "/x.zip"))
                let outcome = try await meadow.imports(.camtrapDP, file: folder + "/x.zip", progress: { _ in }) { _ in }
                #expect(outcome.state == "failed" && outcome.cause?.contains("no zip archive") == true, "\(outcome)")
            }
            let outcome = try await Self.take([("readme.txt", [])], into: meadow).outcome
            #expect(outcome.state == "failed" && outcome.cause?.contains("no Camtrap DP package") == true)
        }
    }

    @Test func `two datasets that use the same names stay two`() async throws {
        try await Meadow.with { meadow in
            _ = try await Self.take(Self.files(), into: meadow)
            var others = Self.files(
                deployments: Self.deployments.replacing(",320,", with: ",11,").replacing("2020-", with: "2021-"),
                media: Self.media.replacing("2020-", with: "2021-")
            ).filter { !$0.0.hasPrefix("media/") && $0.0 != "datapackage.json" }
            others += (1...5).map {
                ("media/\(["", "one", "two", "three", "four", "five"][$0]).png", Meadow.picture($0 + 100))
            }
            others.append(("datapackage.json", Array(#"{"id": "another"}"#.utf8)))
            let outcome = try await Self.take(others, into: meadow).outcome
            #expect(outcome.pictures == 4 && outcome.deployments == 2, "\(outcome)")
            let tables = try await Self.export(meadow)
            for (table, key) in [
                ("deployments", "deploymentID"), ("media", "mediaID"), ("observations", "observationID"),
            ] {
                let keys = Self.rows(tables["\(table).csv"]).compactMap { $0[key] }
                #expect(Set(keys).count == keys.count, "\(table): \(keys)")
            }
        }
    }
}

/// What came, piece by piece.
final class Gathered<Element: Sendable>: Sendable {
    private let pieces = Mutex<[Element]>([])

    var all: [Element] { pieces.withLock { $0 } }
    func add(_ more: [Element]) { pieces.withLock { $0 += more } }
}

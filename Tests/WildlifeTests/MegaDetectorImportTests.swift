import Accounts
import Core
import Database
import Foundation
import TestSupport
import Testing

@testable import Wildlife

@Suite("Large JSON is taken apart") struct JSONPiecesTests {
    private static func events(_ text: String, pieces: Int) throws -> [String] {
        var reader = JSONPieces(list: "images")
        let bytes = Array(text.utf8)
        var events: [String] = []
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            for event in try reader.feed(Array(bytes[start..<min(start + pieces, bytes.count)])) {
                switch event {
                case .member(let name, let bytes): events.append("\(name)=\(String(decoding: bytes, as: UTF8.self))")
                case .element(let bytes): events.append(String(decoding: bytes, as: UTF8.self))
                }
            }
        }
        try reader.finish()
        return events
    }

    @Test(arguments: [
        (
            #"{"images": [{"a": "]},{"}, {"b": [1, [2]]}], "info": {"x": 1}}"#,
            [#"{"a": "]},{"}"#, #"{"b": [1, [2]]}"#, #"info={"x": 1}"#]
        ),
        (#"{"images":[],"n":1}"#, ["n=1"]),
        (
            #"{"n": -1.5e3 , "s": "a\"b\\", "images": [1 ,"x", null]}"#,
            ["n=-1.5e3", #"s="a\"b\\""#, "1", #""x""#, "null"]
        ),
        ("\u{FEFF} {}\n", []), (#"{"im\u0061ges": [{}]}"#, ["{}"]),
    ])
    func `elements come one by one, however the bytes come`(text: String, events: [String]) throws {
        for pieces in [1, 2, 5, 1_000] { #expect(try Self.events(text, pieces: pieces) == events) }
    }

    @Test(arguments: ["", "[]", #"{"a": }"#, #"{"a" 1}"#, #"{"images": [1"#, #"{"a": 1} x"#, #"{"images": [1}}"#])
    func `what is no object is refused`(text: String) {
        #expect(throws: JSONPieces.Fault.self) { try Self.events(text, pieces: 3) }
    }

    @Test func `depth and size have an end`() {
        let deep = #"{"a": "# + String(repeating: "[", count: 100)
        #expect(throws: JSONPieces.Fault.self) { try Self.events(deep, pieces: 1_000) }
        let long = #"{"a": ""# + String(repeating: "x", count: 5 << 20)
        #expect(throws: JSONPieces.Fault.self) { try Self.events(long, pieces: 1 << 20) }
    }
}

@Suite("What MegaDetector found comes in") struct MegaDetectorImportTests {
    /// Imports a batch.
    private static func take(
        _ text: String,
        into meadow: Meadow
    ) async throws -> (outcome: Imports.Outcome, notes: [Imports.Note]) {
        try await withTemporaryDirectory { folder in
            try Data(text.utf8).write(to: URL(filePath: folder + "/md.json"))
            let notes = Gathered<Imports.Note>()
            let outcome = try await meadow.imports(.megaDetector, file: folder + "/md.json", progress: { _ in }) {
                note in
                notes.add([note])
            }
            return (outcome, notes.all)
        }
    }

    private static func batch(_ images: String) -> String {
        """
        {"images": [\(images)],
         "detection_categories": {"1": "animal", "2": "person", "3": "vehicle"},
         "classification_categories": {"0": "Red Fox", "1": "Badger",
           "2": "0c6e;mammalia;carnivora;canidae;vulpes;vulpes;red fox"},
         "info": {"detector": "md_v5a.0.0.pt", "format_version": "1.4"}}
        """
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `findings take the place of the detector's, and a person's word stands`(_ engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            let images = [
                try await meadow.take(1, camera: "oak"), try await meadow.take(2, camera: "oak"),
                try await meadow.take(3, camera: "elm"),
            ]
            for image in images { try await meadow.find(["cow"], on: image) }
            let said = Review.Decision.corrected
            try await meadow.review(images[1].id, .init(decision: said, animals: []), Meadow.everybody)
            let text = Self.batch(
                """
                {"file": "2026/oak/DCIM/IMG_1.PNG", "detections": [
                  {"category": "1", "conf": 0.9, "bbox": [0.1, 0.2, 0.3, 0.4], "classifications": [["1", 0.3], ["0", 0.6]]},
                  {"category": "2", "conf": 0.8, "bbox": [0.9, 0.9, 0.3, 0.3]},
                  {"category": "1", "conf": 0.1, "bbox": [0, 0, 1, 1]}, {"category": "7", "conf": 0.9, "bbox": [0, 0, 1, 1]}]},
                {"file": "oak/IMG_2.PNG", "detections": []}, {"file": "\(images[2].id)/renamed.png", "detections": []},
                {"file": "nowhere.jpg", "detections": []}, {"file": "oak/IMG_1.PNG", "failure": "Failure image open", "detections": null},
                {"no": "file"}
                """
            )
            let (outcome, notes) = try await Self.take(text, into: meadow)
            #expect(outcome.state == "finished", "\(outcome)")
            #expect(
                outcome.knownPictures == 4 && outcome.missingPictures == 2 && outcome.toldPictures == 2,
                "\(outcome)"
            )
            let first = try await meadow.image(images[0].id)
            #expect(first.givenBy == "md_v5a.0.0.pt" && first.status == .pending)
            let found = try await meadow.database.read { try await meadow.findings.findings(of: first.id, in: $0) }
            #expect(found.map(\.species) == ["red fox", "person"])
            #expect(found.map(\.category) == [.animal, .person] && found.allSatisfy { $0.source == .given })
            #expect(found.last.map { abs($0.box.width - 0.1) < 1e-9 } == true)
            #expect(try await meadow.image(images[1].id).givenBy == nil)
            #expect(try await meadow.image(images[2].id).givenBy == "md_v5a.0.0.pt")
            for (row, field) in [
                (1, "detections"), (2, "file"), (4, "file"), (5, "detections"), (6, "images"), (0, "detections"),
            ] {
                #expect(notes.contains { $0.row == row && $0.field == field }, "\(row) \(field) is not told: \(notes)")
            }
            #expect(try await Self.take(text, into: meadow).outcome.toldPictures == 0)
        }
    }

    @Test func `classes of SpeciesNet are named by their species`() async throws {
        try await Meadow.with { meadow in
            let image = try await meadow.take(1)
            let text = Self.batch(
                """
                {"file": "IMG_1.PNG", "detections": [
                  {"category": "1", "conf": 0.9, "bbox": [0.1, 0.2, 0.3, 0.4], "classifications": [["2", 0.8]]}]}
                """
            )
            #expect(try await Self.take(text, into: meadow).outcome.toldPictures == 1)
            let found = try await meadow.database.read { try await meadow.findings.findings(of: image.id, in: $0) }
            let fox = try #require(found.first)
            #expect(fox.species == "vulpes vulpes" && fox.speciesConfidence == 0.8)
            #expect(fox.scores.map(\.lineage.above) == [["vulpes", "canidae", "carnivora", "mammalia"]])
            #expect(try await Self.take(text, into: meadow).outcome.toldPictures == 0)
        }
    }

    @Test func `folders and times tell pictures of one name apart, and a guess is none`() async throws {
        try await Meadow.with { meadow in
            var ids: [TrapImage.ID] = []
            for (number, camera) in [(1, "oak"), (2, "elm"), (3, "elm")] {
                var delivery = Delivery(filename: "IMG.PNG", bytes: Meadow.picture(number), door: .api, camera: camera)
                delivery.capturedAt = Meadow.start + .seconds(number * 60)
                ids.append(try await meadow.receive(delivery).image.id)
            }
            let match = MatchPicture(images: meadow.images)
            let third = try await meadow.image(ids[2])
            #expect(try await match("oak/IMG.PNG", taken: nil, within: .everything) == .one(ids[0]))
            #expect(try await match("ELM\\IMG.PNG", taken: nil, within: .everything) == .several(2))
            #expect(try await match("elm/IMG.PNG", taken: third.wallTime, within: .everything) == .one(ids[2]))
            #expect(try await match("x/IMG.PNG", taken: nil, within: .everything) == .several(3))
            #expect(try await match("other.png", taken: nil, within: .everything) == .none)
            #expect(try await match("\(ids[1])/whatever", taken: nil, within: .everything) == .one(ids[1]))
            #expect(try await match("\(ids[1])/IMG.PNG", taken: nil, within: .nothing) == .none)
        }
    }

    @Test(arguments: [#"{"info": {}}"#, #"{"images": {}}"#, #"{"images": ["#])
    func `what is no batch fails with the reason`(
        text: String
    ) async throws {
        try await Meadow.with { meadow in
            let outcome = try await Self.take(text, into: meadow).outcome
            #expect(outcome.state == "failed" && outcome.cause != nil, "\(outcome)")
        }
    }
}

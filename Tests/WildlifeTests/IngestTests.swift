import Accounts
import Core
import Database
import Foundation
import HTTPServer
import Imaging
import ObjectStore
import TestSupport
import Testing

@testable import Wildlife

@Suite("Pictures come in") struct IngestTests {
    @Test(arguments: Meadow.Engine.allCases)
    func `a picture is kept once, with its job and its camera`(engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            let image = try await meadow.take(1)
            #expect(image.status == .pending)
            let again = try await meadow.receive(
                Delivery(filename: "OTHER.PNG", bytes: Meadow.picture(1), door: .card, camera: "elm")
            )
            #expect(again.isKnown)
            #expect(again.image.id == image.id)
            let camera = try await meadow.camera("oak")
            #expect(camera.imageCount == 1)
            #expect(camera.lastImageAt == Meadow.start)
            #expect(camera.zone.name == "Europe/Berlin")
            let jobs = try await meadow.database.query("SELECT kind FROM job")
            #expect(jobs.count == 1)
        }
    }

    @Test func `the same content sent many times at once is one picture`() async throws {
        try await Meadow.with(.postgres) { meadow in
            let receipts = try await withThrowingTaskGroup(of: Receipt.self) { group in
                for number in 0..<12 {
                    group.addTask {
                        try await meadow.receive(
                            Delivery(filename: "\(number).PNG", bytes: Meadow.picture(1), door: .api, camera: "oak")
                        )
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(receipts.map(\.image.id)).count == 1)
            #expect(receipts.count { !$0.isKnown } == 1)
            let camera = try await meadow.camera("oak")
            #expect(camera.imageCount == 1)
        }
    }

    @Test func `what is no whole picture is refused, and nothing of it stays`() async throws {
        try await Meadow.with { meadow in
            for bytes in [Array("no picture".utf8), Array(Meadow.picture(1).prefix(Meadow.picture(1).count / 2)), []] {
                await #expect(throws: PictureFault.self) {
                    _ = try await meadow.receive(Delivery(filename: "X.JPG", bytes: bytes, door: .api))
                }
            }
            let objects = try await meadow.objects.list(prefix: "", after: nil, limit: 10)
            #expect(objects.isEmpty)
        }
    }

    @Test(arguments: ["", "../oak", "a b", ".hidden", String(repeating: "x", count: 65), "é"])
    func `a code that could leave its folder is refused`(code: String) async throws {
        try await Meadow.with { meadow in
            await #expect(throws: Problem.self) { try await meadow.take(1, camera: code) }
        }
    }

    @Test func `who sees some sites sends pictures of their cameras alone`() async throws {
        try await Meadow.with { meadow in
            let site = Site(id: .next(), name: "Brook", location: nil, createdAt: Meadow.start)
            try await meadow.places.add(site, Meadow.everybody)
            try await meadow.take(1, camera: "oak")
            var delivery = Delivery(filename: "2.PNG", bytes: Meadow.picture(2), door: .api, camera: "oak")
            delivery.reach = Reach(sites: [site.id.uuid], clients: nil)
            for camera in ["oak", "new", nil] {
                delivery.camera = camera
                let refused = delivery
                await #expect(throws: Problem.self) { _ = try await meadow.receive(refused) }
            }
            let camera = try await meadow.camera("oak")
            _ = try await meadow.places.change(camera.id, Meadow.everybody) { $0.site = site.id }
            delivery.camera = "oak"
            let receipt = try await meadow.receive(delivery)
            #expect(receipt.image.site == site.id)
        }
    }

    @Test func `a camera's clock is read in its zone, and its hour is kept`() throws {
        let berlin = try #require(LocalZone("Europe/Berlin"))
        let given = try #require(Timestamp("2026-07-01T12:00:00Z"))
        let time = ImageTime(given: given, camera: nil, zone: berlin, arrival: Meadow.start)
        #expect(time.wall.description == "2026-07-01T14:00:00Z")
        #expect(time.source == .given)
        let arrival = ImageTime(given: nil, camera: nil, zone: berlin, arrival: Meadow.start)
        #expect(arrival.moment == Meadow.start)
        #expect(arrival.source == .arrival)
    }

    @Test func `content that was removed comes again whole`() async throws {
        try await Meadow.with { meadow in
            let first = try await meadow.take(1)
            try await meadow.objects.delete(try ObjectKey(first.objectKey))
            let again = try await meadow.receive(Delivery(filename: "1.PNG", bytes: Meadow.picture(1), door: .ftp))
            #expect(again.isKnown)
            _ = try await meadow.objects.head(try ObjectKey(first.objectKey))
        }
    }

    @Test func `serial numbers tell long names apart`() {
        let model = String(repeating: "hyperfire-", count: 8)
        let one = Camera.code(from: "RECONYX", model, "11111111")
        let two = Camera.code(from: "RECONYX", model, "22222222")
        #expect(one != nil && two != nil && one != two)
    }

    @Test func `what cannot be looked at hides nothing else`() async throws {
        try await withTemporaryDirectory { folder in
            var deep = folder + "/deep"
            for _ in 0..<20 {
                deep += "/" + String(repeating: "x", count: 200)
                try? FileManager.default.createDirectory(
                    atPath: String(deep.prefix(4_000)),
                    withIntermediateDirectories: true
                )
            }
            for name in ["ok/a.jpg", ".hidden/b.jpg", "ok/.part"] {
                let path = "\(folder)/\(name)"
                let parent = URL(filePath: path).deletingLastPathComponent().path
                try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
                try Data("x".utf8).write(to: URL(filePath: path))
            }
            try FileManager.default.createSymbolicLink(atPath: folder + "/loop", withDestinationPath: folder)
            let walk = try FolderWalk(of: folder)
            #expect(walk.files.map(\.path) == ["ok/a.jpg"])
            #expect(!walk.passedOver.isEmpty)
        }
    }

    @Test func `a file is complete when it has not changed for a while`() {
        var folder = DropFolder(quiet: .seconds(10))
        let now = ContinuousClock.now
        let small = FolderWalk.File(path: "oak/a.jpg", status: FileStatus(size: 10, modified: 1))
        let large = FolderWalk.File(path: "oak/a.jpg", status: FileStatus(size: 20, modified: 2))
        #expect(folder.ready([small], at: now).isEmpty)
        #expect(folder.ready([small], at: now + .seconds(9)).isEmpty)
        #expect(folder.ready([large], at: now + .seconds(11)).isEmpty, "it grew")
        #expect(folder.ready([large], at: now + .seconds(20)).isEmpty)
        #expect(folder.ready([large], at: now + .seconds(21)) == [large])
        folder.postpone("oak/a.jpg", until: now + .seconds(60))
        #expect(folder.ready([large], at: now + .seconds(59)).isEmpty)
        #expect(folder.ready([large], at: now + .seconds(60)) == [large])
        #expect(folder.ready([], at: now + .seconds(61)).isEmpty)
        #expect(folder.ready([large], at: now + .seconds(62)).isEmpty, "it is a new file")
    }

    @Test(arguments: [
        (["RECONYX", "HF2X", "H500"], "reconyx-hf2x-h500"), (["  ", "é"], nil), (["Cam/../..", "7"], "cam-7"),
    ])
    func `a camera that tells its serial number has a code`(words: [String], code: String?) {
        let made =
            words.count == 3 ? Camera.code(from: words[0], words[1], words[2]) : Camera.code(from: words[0], words[1])
        #expect(made == code)
    }
}

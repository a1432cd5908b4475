import Accounts
import Core
import Database
import Foundation
import HTTPServer
import Imaging
import TestSupport
import Testing

@testable import Wildlife

@Suite("The condition of cameras") struct ConditionTests {
    private static func report(_ text: String, name: String = "DAILY_REPORT.TXT", camera: String? = "oak") -> Delivery {
        Delivery(filename: name, path: "oak/\(name)", bytes: Array(text.utf8), door: .ftp, camera: camera)
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `a report becomes the camera's condition`(engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            try await meadow.take(1)
            guard
                case .report(let camera) = try await meadow.file(
                    Self.report("Date: 2026-05-20 07:00:00\nBattery: 63 %\nTemp: 41F\nFree space: 88%\n")
                )
            else {
                Issue.record("no report")
                return
            }
            #expect(camera.condition.batteryPercent == 63 && camera.condition.temperatureCelsius == 5)
            #expect(camera.condition.storageFreePercent == 88)
            #expect(camera.condition.at?.description == "2026-05-20T05:00:00Z")
            #expect(camera.lastContactAt == Meadow.start && camera.imageCount == 1)
            let known = try await meadow.camera("oak")
            #expect(known == camera)
        }
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `the newest word counts, and what it does not tell stays`(engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            _ = try await meadow.file(Self.report("Battery: 50%\nTemp: 10C\n2026-05-20 07:00:00\n"))
            _ = try await meadow.file(Self.report("Battery: 90%\n2026-05-19 07:00:00\n"))
            var camera = try await meadow.camera("oak")
            #expect(camera.condition.batteryPercent == 50, "an older report arrived later")
            _ = try await meadow.file(Self.report("Battery: 40%\n2026-05-21 07:00:00\n"))
            camera = try await meadow.camera("oak")
            #expect(camera.condition.batteryPercent == 40 && camera.condition.temperatureCelsius == 10)
            // A clock that runs years ahead must not silence what comes later.
            _ = try await meadow.file(Self.report("Battery: 30%\n2099-01-01 07:00:00\n"))
            _ = try await meadow.file(Self.report("Battery: 20%\n"))
            camera = try await meadow.camera("oak")
            #expect(camera.condition.batteryPercent == 20 && camera.condition.at == Meadow.start)
        }
    }

    @Test(
        "A text that is no report is refused with the reason, and changes nothing",
        arguments: [
            ("NOTES.TXT", "Battery: 80%", "oak", "no camera profile knows it"),
            ("REPORT.TXT", "battery 6.1 V", "oak", "neither battery, temperature nor storage"),
            ("REPORT.TXT", "Battery: 80%", nil, "Nothing tells whose report it is"),
            ("REPORT.TXT", String(repeating: "Battery: 80%\n", count: 6_000), "oak", "more than 64 kB"),
        ] as [(String, String, String?, String)]
    )
    func refused(name: String, text: String, camera: String?, reason: String) async throws {
        try await Meadow.with { meadow in
            let problem = await #expect(throws: Problem.self) {
                _ = try await meadow.file(Self.report(text, name: name, camera: camera))
            }
            #expect(problem?.status == 400 && problem?.detail.contains(reason) == true)
            let cameras: Int = try await meadow.database.read { try await $0.value("SELECT count(*) FROM camera") }
            #expect(cameras == 0)
        }
    }

    @Test func `who does not see the camera cannot report for it`() async throws {
        try await Meadow.with { meadow in
            try await meadow.take(1)
            var delivery = Self.report("Battery: 80%")
            delivery.reach = .nothing
            let problem = await #expect(throws: Problem.self) { _ = try await meadow.file(delivery) }
            #expect(problem?.status == 403)
            let camera = try await meadow.camera("oak")
            #expect(camera.condition.batteryPercent == nil)
        }
    }

    @Test(.enabled(if: SharedData.isPresent, "needs the shared pictures"), arguments: Meadow.Engine.allCases)
    func `pictures tell the condition by the camera's notes`(engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            for (name, serial, degrees) in [
                ("burrow_IMG_0708.JPG", "P900FF03149458", 28.0), ("burrow_RCNX0242.JPG", "HLPXEL09018058", 29.0),
            ] {
                let bytes = Array(try Data(contentsOf: URL(filePath: SharedData.path("data/cameratrap/\(name)"))))
                guard
                    case .picture(let receipt) = try await meadow.file(
                        Delivery(filename: name, bytes: bytes, door: .card)
                    )
                else {
                    Issue.record("no picture")
                    return
                }
                let image = try await meadow.image(receipt.image.id)
                #expect(image.temperatureCelsius == degrees && image.batteryPercent == nil)
                let id = try #require(image.camera)
                let camera = try #require(
                    try await meadow.database.read { try await meadow.places.cameras.camera(id, in: $0) }
                )
                #expect(camera.serial == serial && camera.condition.temperatureCelsius == degrees)
                #expect(camera.condition.at == image.capturedAt)
            }
        }
    }

    @Test func `a profile of the page is asked first, and what it finds places the picture`() async throws {
        try await Meadow.with { meadow in
            let text = """
                name: names
                matches: {filename: "^[A-Z]+-"}
                id: [{filename: "^(?<value>[A-Z]+)-"}]
                time: [{filename: "-(?<value>\\\\d{12})", format: "%Y%m%d%H%M"}]
                battery: [{filename: "-(?<value>\\\\d+)pc"}]
                """
            let entry = ProfileStore.Entry(name: "names", text: text, changedAt: Meadow.start)
            try await meadow.database.write { _ = try await meadow.profiles.store.put(entry, in: $0) }
            let delivery = Delivery(filename: "BEECH-202605200730-77pc.PNG", bytes: Meadow.picture(1), door: .api)
            let image = try await meadow.receive(delivery).image
            let camera = try await meadow.camera("BEECH")
            #expect(image.camera == camera.id && image.timeSource == .camera && image.batteryPercent == 77)
            #expect(image.capturedAt.description == "2026-05-20T05:30:00Z")
            #expect(camera.condition.batteryPercent == 77)
            var named = Delivery(filename: "BEECH-202605200731-76pc.PNG", bytes: Meadow.picture(2), door: .api)
            named.camera = "oak"
            let other = try await meadow.receive(named).image
            let oak = try await meadow.camera("oak")
            #expect(other.camera == oak.id, "whoever sends it knows better")
        }
    }
}

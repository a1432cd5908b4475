import Core
import Foundation
import Imaging
import TestSupport
import Testing

@testable import Wildlife

@Suite("Camera profiles") struct ProfileTests {
    private static func profile(_ text: String) throws -> CameraProfile {
        try CameraProfile.read(text, origin: .own, path: "test.yaml")
    }

    private static let whole = """
        name: pond
        matches: {make: (?i)^acme, folder: ^pond}
        id: [{path: "^pond/(?<value>[a-z0-9]+)/"}]
        time: [{filename: "(?<value>\\\\d{6}-\\\\d{4}[AP]M)", format: "%d%m%y-%I%M%p"}]
        latitude: [{text: "N(?<value>[0-9.]+)"}]
        longitude: [{text: "W(?<value>[0-9.]+)", scale: -1}]
        temperature: [{text: "T=(?<value>-?\\\\d+)", unit: F}]
        battery: [{exif: BatteryVoltage, empty: 6, full: 12}, {text: "B=(?<value>\\\\w+)", words: {Low: 10}}]
        """

    private static func sample(_ path: String, _ description: String?) -> ProfileSample {
        var facts = ExifFacts()
        facts.make = "ACME"
        facts.description = description
        return ProfileSample(path: path, exif: facts)
    }

    @Test func `each field is read from the first place that has it`() throws {
        let profile = try Self.profile(Self.whole)
        var sample = Self.sample("pond/oak7/240526-0905PM_x.jpg", "T=32 B=Low N51.5 W0.25")
        let other = Self.sample("hill/oak7/a.jpg", nil)
        let isFor = (try profile.isFor(sample), try profile.isFor(other))
        #expect(isFor == (true, false))
        var reading = ProfileReading(sample, by: profile)
        #expect(reading.code == "oak7" && reading.time?.description == "2026-05-24T21:05:00")
        #expect(reading.temperature == 0 && reading.battery == 10)
        #expect(reading.location == GeoPoint(latitude: 51.5, longitude: -0.25))
        let battery = reading.outcomes.first { $0.field == .battery }
        #expect(battery?.value == "10 %" && battery?.misses == ["exif BatteryVoltage: nothing there"])
        sample.exif.batteryVolts = 9
        reading = ProfileReading(sample, by: profile)
        #expect(reading.battery == 50)
    }

    @Test func `what does not fit is said, and the standard facts do not step in for it`() throws {
        let profile = try Self.profile(Self.whole)
        var sample = Self.sample("pond/oak7/999999-9999AM.jpg", "T=400 B=lots N99 W1")
        sample.exif.temperature = 5
        let reading = ProfileReading(sample, by: profile)
        #expect(reading.time == nil && reading.temperature == nil && reading.battery == nil && reading.location == nil)
        let misses = reading.outcomes.flatMap(\.misses)
        #expect(misses.contains { $0.contains("“400” is no temperature") })
        #expect(misses.contains { $0.contains("“lots” is not from 0 to 100 %") })
        #expect(misses.contains { $0.contains("not written as the format says") })
    }

    @Test(
        "A fault names line, field and reason",
        arguments: [
            ("name: a\nmatches: {make: x}\nbattery: [{exif: Batt}]", 3, "battery: exif: takes Make"),
            ("name: a\nmatches: {make: (}\ntime: [{exif: DateTimeOriginal}]", 2, "matches: make: "),
            ("name: a\nmatches: {maker: x}\ntime: []", 2, "matches: maker is not known here"),
            ("name: a/b\nmatches: {make: x}", 1, "name: takes 1 to 64"),
            ("name: a\nmatches: {make: x}\ntime:\n  - filename: (?<value>\\d+)", 4, "time: needs a format"),
            (
                "name: a\nmatches: {make: x}\ntime:\n  - {filename: \\d+, format: '%d'}", 4,
                "time: filename: needs a group"
            ),
            (
                "name: a\nmatches: {make: x}\ntime:\n  - {filename: '(?<value>.)', format: '%d'}", 4,
                "time: format: takes"
            ),
            ("name: a\nmatches: {make: x}\nid:\n  - {exif: Make, path: x}", 4, "id: takes one of"),
            (
                "name: a\nmatches: {make: x}\nid:\n  - {path: '(?<value>.)', pattern: x}", 4,
                "id: pattern: belongs to exif"
            ),
            (
                "name: a\nmatches: {make: x}\nbattery:\n  - {exif: BatteryVoltage, empty: 2}", 4,
                "battery: empty and full"
            ),
            ("name: a\nmatches: {make: x}\nbattery:\n  - {line: B, empty: 2, full: 1}", 4, "battery: full is not more"),
            ("name: a\nmatches: {make: x}\ntemperature:\n  - {line: B, unit: K}", 4, "temperature: unit: takes C or F"),
            ("name: a\nmatches: {make: x}\nid:\n  - {line: B, unit: C}", 4, "id: unit: is not known here"),
            ("name: a\nmatches: {make: x}\ntemprature: []", 3, "temprature: is not known here"),
            ("name: a\nmatches: {make: x}", 1, "it says of no field"),
            ("name: a\nbattery: [{line: B}]", 1, "matches: is missing"),
            ("matches: {make: x}\nbattery: [{line: B}]", 1, "name: is missing"),
            ("- a", 1, "a profile: takes lines"), ("", 1, "nothing stands in it"),
            ("name: a\nname: b", 2, "name stands twice"),
        ]
    )
    func faults(text: String, line: Int, reason: String) {
        let fault = #expect(throws: YAMLFault.self) { try Self.profile(text) }
        #expect(fault?.path == "test.yaml" && fault?.line == line)
        #expect(fault?.reason.hasPrefix(reason) == true, "\(fault?.reason ?? "")")
    }

    @Test func `a costly pattern is told and stops nothing`() throws {
        let profile = try Self.profile(
            "name: a\nmatches: {make: .}\nid: [{text: '^(?<value>(a+)+)$'}]\nserial: [{exif: Make}]"
        )
        let reading = ProfileReading(Self.sample("x.jpg", String(repeating: "a", count: 900) + "!"), by: profile)
        #expect(reading.outcomes.first { $0.field == .id }?.misses.first?.contains("too many steps") == true)
        #expect(reading.serial == "ACME")
    }

    @Test(
        "Numbers are taken in their own unit alone",
        arguments: [
            ("80", 80.0), ("80 %", 80), ("6.1V", nil), ("80 mV", nil), ("abc", nil), ("100.5", nil), ("1e3", nil),
        ] as [(String, Double?)]
    )
    func units(text: String, percent: Double?) throws {
        let profile = try Self.profile("name: a\nreport: {filename: .}\nbattery: [{line: B}]")
        let reading = ProfileReading(ProfileSample(path: "r.txt", report: "B: \(text)\n"), by: profile)
        #expect(reading.battery.map(Double.init) == percent)
    }

    @Test(
        "Shipped profiles read what they say they read",
        arguments: [
            ("a/IMG_20260524_210503.JPG", nil, "generic", nil, "2026-05-24T21:05:03"),
            ("a/x 2026-05-24 21-05-03.jpg", nil, "generic", nil, "2026-05-24T21:05:03"),
            ("IMG_0001.JPG", "Temp:54F Batt:80%", "generic", nil, nil),
            ("s/Oak1__2009-05-12__14-30-00(1).JPG", nil, "camtrapr-names", "Oak1", "2009-05-12T14:30:00"),
            ("Oak1__C2__2009-05-12__14-30-00.JPG", nil, "camtrapr-names", "Oak1__C2", "2009-05-12T14:30:00"),
        ] as [(String, String?, String, String?, String?)]
    )
    func shipped(path: String, description: String?, name: String, code: String?, time: String?) throws {
        let folder = ProfileFolder(SharedData.checkout + "/Catalogue/cameras", origin: .shipped)
        #expect(folder.faults.isEmpty && folder.profiles.count == 3)
        var facts = ExifFacts()
        facts.description = description
        let reading = ProfileBook(folder.profiles).read(ProfileSample(path: path, exif: facts))
        #expect(reading.profile == name && reading.time?.description == time)
        #expect(reading.code == code)
        if description != nil { #expect(reading.temperature == 12.2 && reading.battery == 80) }
    }

    @Test func `a broken file is left out with its reason, and its neighbours are read`() async throws {
        try await withTemporaryDirectory { folder in
            let good = "name: good\nreport: {filename: .}\nbattery: [{line: B}]\n"
            try good.write(toFile: folder + "/a.yaml", atomically: true, encoding: .utf8)
            try good.write(toFile: folder + "/b.yaml", atomically: true, encoding: .utf8)
            try "name: [".write(toFile: folder + "/c.yaml", atomically: true, encoding: .utf8)
            try "no profile".write(toFile: folder + "/notes.txt", atomically: true, encoding: .utf8)
            let read = ProfileFolder(folder, origin: .file)
            #expect(read.profiles.map(\.name) == ["good"])
            #expect(read.faults.map(\.path) == [folder + "/b.yaml", folder + "/c.yaml"])
        }
    }
}

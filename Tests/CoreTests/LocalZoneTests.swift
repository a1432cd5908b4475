import Testing

@testable import Core

struct LocalZoneTests {
    @Test(arguments: [
        ("Europe/Berlin", "2024-01-15T12:00:00Z", 3_600), ("Europe/Berlin", "2024-07-15T12:00:00Z", 7_200),
        ("Europe/Berlin", "2061-07-15T12:00:00Z", 7_200), ("Europe/Berlin", "2061-12-15T12:00:00Z", 3_600),
        ("Australia/Sydney", "2059-01-15T12:00:00Z", 39_600), ("Australia/Sydney", "2059-06-15T12:00:00Z", 36_000),
        ("Asia/Kolkata", "2024-07-15T12:00:00Z", 19_800), ("America/New_York", "1999-07-15T12:00:00Z", -14_400),
        ("UTC", "2024-07-15T12:00:00Z", 0),
    ])
    func `clocks go as they do there, also far ahead`(name: String, moment: String, offset: Int64) throws {
        let zone = try #require(LocalZone(name))
        #expect(zone.offset(at: try #require(Timestamp(moment))) == offset)
    }

    @Test(arguments: [
        ("2024-06-01T06:31:22Z", "2024-06-01T04:31:22Z"), ("2024-12-01T06:31:22Z", "2024-12-01T05:31:22Z"),
        // Comes twice; the first is meant.
        ("2024-10-27T02:30:00Z", "2024-10-27T00:30:00Z"),
        // Is left out.
        ("2024-03-31T02:30:00Z", "2024-03-31T01:30:00Z"),
    ])
    func `the clock on the wall is a moment`(wall: String, moment: String) throws {
        let zone = try #require(LocalZone("Europe/Berlin"))
        #expect(zone.moment(ofWall: try #require(Timestamp(wall))).description == moment)
    }

    @Test func `a moment comes back from the wall`() throws {
        let zone = try #require(LocalZone("Pacific/Auckland"))
        let moment = try #require(Timestamp("2026-11-28T03:00:00Z"))
        #expect(zone.wall(at: moment).description == "2026-11-28T16:00:00Z")
        #expect(zone.moment(ofWall: zone.wall(at: moment)) == moment)
    }

    @Test(arguments: ["", "Nowhere/Town", "../../etc/passwd", "/etc/passwd", "Europe", "Europe/Berlin\0", "UTC "])
    func `what is no zone is none`(name: String) { #expect(LocalZone(name) == nil) }

    @Test(arguments: ["TZif2", "TZif", ""])
    func `a damaged file is none`(head: String) {
        #expect(LocalZone(name: "x", file: Array(head.utf8)) == nil)
        #expect(LocalZone(name: "x", file: Array(head.utf8) + Array(repeating: 0xFF, count: 90)) == nil)
    }

    @Test(arguments: ["CET-1CEST,M3.5.0", "CET", "-1", "<+03", "CET-1CEST,M13.1.0,M10.5.0", ""])
    func `a rule that is none is refused`(text: String) { #expect(PosixZone(text) == nil) }
}

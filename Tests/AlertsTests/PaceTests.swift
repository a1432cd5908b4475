import Core
import Testing

@testable import Alerts

@Suite("When digests leave") struct PaceTests {
    @Test(
        "By the clocks of the zone, also in nights in which they change",
        arguments: [
            (Rule.Pace.atOnce, "2026-05-14T09:12:00Z", "2026-05-14T09:12:00Z"),
            (.hourly, "2026-05-14T09:12:00Z", "2026-05-14T10:00:00Z"),
            (.hourly, "2026-05-14T09:00:00Z", "2026-05-14T10:00:00Z"),
            (.daily, "2026-05-14T04:59:00Z", "2026-05-14T05:00:00Z"),
            (.daily, "2026-05-14T05:00:00Z", "2026-05-15T05:00:00Z"),
            // Clocks go from 3 back to 2 at 01:00 UTC, and from 2 to 3.
            (.hourly, "2026-10-25T00:30:00Z", "2026-10-25T02:00:00Z"),
            (.hourly, "2026-10-25T01:30:00Z", "2026-10-25T02:00:00Z"),
            (.hourly, "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z"),
            (.daily, "2026-10-24T20:00:00Z", "2026-10-25T06:00:00Z"),
        ]
    )
    func due(pace: Rule.Pace, raised: String, expected: String) throws {
        let zone = try #require(LocalZone("Europe/Berlin"))
        let moment = try #require(Timestamp(raised))
        let due = pace.due(after: moment, in: zone)
        #expect("\(due)" == expected)
        #expect(pace == .atOnce || due > moment)
    }
}

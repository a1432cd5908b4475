import Core
import Testing

struct TimestampTests {
    @Test(
        "A time is read with any offset and written in UTC",
        arguments: [
            ("2026-05-14T09:12:00Z", "2026-05-14T09:12:00Z"),
            ("2026-05-14T09:12:00+02:00", "2026-05-14T07:12:00Z"),
            ("2026-01-01T00:30:00.250-01:30", "2026-01-01T02:00:00.250Z"),
            ("2024-02-29t23:59:59.000001z", "2024-02-29T23:59:59.000001Z"),
            ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"),
            ("2000-03-01T00:00:00+00:00", "2000-03-01T00:00:00Z"),
        ]
    )
    func roundTrip(text: String, written: String) throws {
        let moment = try #require(Timestamp(text))
        #expect(moment.description == written)
        #expect(Timestamp(written) == moment)
    }

    @Test(
        "What is no moment is refused",
        arguments: [
            "", "2026-05-14", "2026-05-14T09:12:00", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
            "2026-05-14T24:00:00Z", "2026-05-14T09:12:00+2", "2026-05-14T09:12:00Zx", "2026-05-14T09:12:00.Z",
        ]
    )
    func refused(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func `every day of four centuries is read back as itself`() {
        for day in stride(from: Int64(-141_428), through: 73_050, by: 17) {
            let date = CivilDate(daysSince1970: day)
            #expect(date.daysSince1970 == day)
        }
    }
}

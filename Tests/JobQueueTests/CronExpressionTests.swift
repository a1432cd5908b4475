import Core
import JobQueue
import Testing

@Suite("Cron expressions") struct CronExpressionTests {
    @Test(
        "The next time is the first that matches",
        arguments: [
            ("0 2 * * *", "2026-05-14T01:59:59Z", "2026-05-14T02:00:00Z"),
            ("0 2 * * *", "2026-05-14T02:00:00Z", "2026-05-15T02:00:00Z"),
            ("*/15 * * * *", "2026-05-14T09:14:59.5Z", "2026-05-14T09:15:00Z"),
            ("*/15 * * * *", "2026-05-14T23:45:00Z", "2026-05-15T00:00:00Z"),
            ("5,10-12 8-18/5 * * *", "2026-05-14T08:12:00Z", "2026-05-14T13:05:00Z"),
            ("0 0 29 2 *", "2026-05-14T00:00:00Z", "2028-02-29T00:00:00Z"),
            ("0 0 31 * *", "2026-04-01T00:00:00Z", "2026-05-31T00:00:00Z"),
            // 14 May 2026 is a Thursday.
            ("30 6 * * 1", "2026-05-14T00:00:00Z", "2026-05-18T06:30:00Z"),
            ("30 6 * * 7", "2026-05-14T00:00:00Z", "2026-05-17T06:30:00Z"),
            ("0 0 1 * 5", "2026-05-14T00:00:00Z", "2026-05-15T00:00:00Z"),
            ("59 23 31 12 *", "2026-12-31T23:59:00Z", "2027-12-31T23:59:00Z"),
            ("10/20 * * * *", "2026-05-14T00:00:00Z", "2026-05-14T00:10:00Z"),
            ("0 0 * * *", "1969-12-31T12:00:00Z", "1970-01-01T00:00:00Z"),
        ]
    )
    func next(text: String, moment: String, expected: String) throws {
        let cron = try #require(CronExpression(text))
        #expect(cron.next(after: try #require(Timestamp(moment))).description == expected)
    }

    @Test(
        "What is no expression is refused",
        arguments: [
            "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8",
            "5-1 * * * *",
            "*/0 * * * *", "a * * * *", "1,,2 * * * *", "1/2/3 * * * *", "0 0 30 2 *", "0 0 31 4,6 *", "-1 * * * *",
        ]
    )
    func refused(text: String) { #expect(CronExpression(text) == nil) }
}

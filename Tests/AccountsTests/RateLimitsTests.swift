import Accounts
import Testing

struct RateLimitsTests {
    @Test func `limits are changed class by class`() throws {
        let limits = try #require(try RateLimits.read(["public=600/min", "upload=5/hour"]))
        #expect(limits.byClass["public"] == .init(count: 600, window: .seconds(60)))
        #expect(limits.byClass["upload"] == .init(count: 5, window: .seconds(3_600)))
        #expect(limits.byClass["user"] == RateLimits.usual.byClass["user"])
        #expect(try RateLimits.read([]) == .usual)
        #expect(try RateLimits.read(["off"]) == nil)
    }

    @Test(arguments: [
        "public", "public=60", "public=0/min", "public=-1/min", "public=5/year", "guest=5/min", "off", "=5/min",
    ])
    func `what is no limit is named with the reason`(text: String) {
        #expect(throws: RateLimitFault.self) { try RateLimits.read([text, "user=5/min"]) }
    }
}

import Core
import Testing

@testable import Accounts

@Suite("Feature flags") struct FeatureFlagTests {
    @Test func `a share of people is in, and stays in when it grows`() throws {
        let people = (0..<4_000).map { _ in User.ID.next() }
        let few = try FeatureFlags(reading: ["map=10%", "lists=10%"])
        let more = try FeatureFlags(reading: ["map=40%"])
        let inFew = people.filter { few.isOn("map", for: $0) }
        #expect((280...520).contains(inFew.count), "\(inFew.count) of 4000 at ten percent")
        #expect(inFew.allSatisfy { more.isOn("map", for: $0) })
        let both = inFew.filter { few.isOn("lists", for: $0) }
        #expect(both.count < inFew.count / 2, "each feature has its own order")
    }

    @Test func `on is for all, off and unknown for nobody, and a share never for strangers`() throws {
        let flags = try FeatureFlags(reading: ["a=on", "b=off", "c=99%"])
        let somebody = User.ID.next()
        #expect(flags.isOn("a", for: somebody) && flags.isOn("a", for: nil))
        #expect(!flags.isOn("b", for: somebody) && !flags.isOn("d", for: somebody) && !flags.isOn("c", for: nil))
        #expect(flags.names(for: nil) == ["a"])
    }

    @Test(arguments: ["a", "a=", "=on", "a=101%", "a=-1%", "a=yes", "A=on", "a b=on", "a=on=off"])
    func `what is written otherwise is refused`(text: String) {
        #expect(throws: FeatureFlagFault.self) { try FeatureFlags(reading: [text]) }
    }

    @Test func `a name stands once`() {
        #expect(throws: FeatureFlagFault.self) { try FeatureFlags(reading: ["a=on", "a=off"]) }
    }
}

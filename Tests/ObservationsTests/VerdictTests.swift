import Observations
import Testing

struct VerdictTests {
    @Test func `verdicts are written as the interface lists them`() {
        #expect(Verdict.allCases.map(\.rawValue) == ["confident", "uncertain", "not_a_plant"])
    }
}

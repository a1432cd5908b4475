import Core
import Testing

struct UUIDv7Tests {
    @Test func `identifiers made in a row are in order and all different`() {
        let ids = (0..<10_000).map { _ in UUIDv7.next() }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == ids.count)
    }

    @Test func `version and variant are those of RFC 9562 and the time is kept`() throws {
        let moment = try #require(Timestamp("2026-05-14T09:12:00.123Z"))
        let text = UUIDv7(high: UInt64(moment.microseconds / 1000) << 16 | 0x7000, low: 1 << 63).description
        let characters = Array(text)
        #expect(characters[14] == "7")
        #expect("89ab".contains(characters[19]))
        #expect(UUIDv7(text)?.timestamp == moment)
    }

    @Test(
        "Only the canonical form is an identifier",
        arguments: [
            "", "x", "0190163d-8694-739b-aea5-966c26f8ad9", "0190163d86947-39b-aea5-966c26f8ad90z", "../../etc",
        ]
    )
    func refused(text: String) {
        #expect(UUIDv7(text) == nil)
    }
}

import Imaging
import Testing

@Suite("What a video says of itself") struct VideoFactsTests {
    private func facts(_ duration: String, rotation: String = "0") -> VideoFacts? {
        let stream =
            #"{"width": 640, "height": 480, "duration": "\#(duration)", "side_data_list": [{"rotation": \#(rotation)}]}"#
        return VideoFacts(probe: Array(#"{"streams": [\#(stream)]}"#.utf8))
    }

    @Test(arguments: ["9223372036854775808.000000", "1e300", "inf", "nan", "-1", "0", "604801"])
    func `a length that no camera films is no length`(duration: String) {
        #expect(facts(duration) == nil)
    }

    @Test func `it is turned as it says, and looked at evenly`() throws {
        let upright = try #require(facts("4.0", rotation: "-90"))
        #expect(upright.width == 480 && upright.height == 640)
        #expect(upright.moments(most: 2) == [1, 3])
        let odd = try #require(facts("604800", rotation: "1e300"))
        #expect(odd.moments(most: 20).count == 20)
    }
}

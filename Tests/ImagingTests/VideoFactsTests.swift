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

    @Test func `one frame a second is looked at, and fewer of a long video`() throws {
        func moments(_ seconds: String) throws -> [Double] { try #require(facts(seconds)).moments(most: 20) }
        #expect(try moments("3.0") == [0.5, 1.5, 2.5])
        #expect(try moments("0.2") == [0.1])
        let long = try moments("100")
        #expect(long.count == 20 && long.first == 2.5 && long.last == 97.5)
        #expect(VideoFacts(probe: Array(#"{"streams": []}"#.utf8)) == nil)
    }
}

import Imaging
import Testing

@testable import Wildlife

@Suite("Detail of parts of a picture") struct PictureDetailTests {
    @Test func `a part that has too few pixels is decoded anew, as long as the file has more`() throws {
        let grey = [UInt8](repeating: 90, count: 2_400 * 1_800 * 3)
        let bytes = Picture(width: 2_400, height: 1_800, pixels: grey).jpeg(quality: 90)
        let small = try Picture.decode(bytes, atLeast: 900, crop: .whole)
        #expect(small.width == 1_200)
        let part = Crop.region(try #require(Region(x: 0.25, y: 0.25, width: 0.5, height: 0.5)))
        #expect(try small.detailed(in: [part], side: 400, from: bytes).width == 1_200, "it has 450")
        let detailed = try small.detailed(in: [.whole, part], side: 800, from: bytes)
        #expect(detailed.width == 2_400 && detailed.height == 1_800)
        #expect(try detailed.detailed(in: [part], side: 4_000, from: bytes).width == 2_400, "there are no more")
        #expect(try small.detailed(in: [], side: 4_000, from: bytes).width == 1_200)
    }
}

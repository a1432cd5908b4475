import Imaging
import Testing

struct EncodingTests {
    @Test func `PNG keeps every pixel`() throws {
        let picture = TestPictures.noise(width: 63, height: 51)
        #expect(TestPictures.difference(try Picture.decode(picture.png()), picture) == 0)
    }

    @Test func `JPEG stays close, closer with higher quality`() throws {
        let picture = TestPictures.gradient(width: 120, height: 90)
        let fine = picture.jpeg(quality: 95, keepsFineColour: true)
        let coarse = picture.jpeg(quality: 20)
        #expect(coarse.count < fine.count)
        #expect(TestPictures.difference(try Picture.decode(fine), picture) < 12)
    }

    @Test("Turned pictures are written upright", arguments: Orientation.allCases)
    func upright(orientation: Orientation) throws {
        let stored = TestPictures.gradient(width: 80, height: 60)
        let turned = try Picture.decode(ExifBlock(orientation: orientation).inserted(into: stored.jpeg(quality: 95)))
        let again = try Picture.decode(turned.png())
        #expect(again.orientation == .up)
        #expect(TestPictures.difference(again, turned) == 0)
    }
}

import Imaging
import Testing

/// What little files may cost that stand for huge pictures.
struct CostTests {
    private static let tiny = Region(x: 0.5, y: 0.5, width: 0.0005, height: 0.0005)

    @Test("A tiny part of a huge picture keeps few pixels of it", arguments: ["jpeg", "png"])
    func tinyPart(format: String) throws {
        let plain = Picture(width: 7_000, height: 6_000, pixels: [UInt8](repeating: 90, count: 7_000 * 6_000 * 3))
        let bytes = format == "jpeg" ? plain.jpeg(quality: 30) : plain.png()
        let part = try #require(Self.tiny)
        let picture = try Picture.decode(bytes, atLeast: 160, crop: .square(around: part))
        #expect(picture.width * picture.height <= 24_000_000)
        #expect(picture.width == 3_500)
        #expect(try Picture.decode(bytes, atLeast: 160).width < 900)
    }

    @Test("A part of a picture that people take keeps all its detail", arguments: ["jpeg", "png"])
    func usualPart(format: String) throws {
        let photo = TestPictures.gradient(width: 1_200, height: 900)
        let bytes = format == "jpeg" ? photo.jpeg() : photo.png()
        let part = try #require(Region(x: 0.5, y: 0.5, width: 0.1, height: 0.1))
        #expect(try Picture.decode(bytes, atLeast: 160, crop: .square(around: part)).width == 1_200)
    }

    @Test("A PNG with more pixels than its decoder can take in time is refused by its head", arguments: [8, 16])
    func pngPixels(depth: UInt8) {
        let side = depth == 8 ? 8_192 : 5_888
        let head = PNGFile(width: side, height: side, depth: depth, colour: 2).head
        let fault = #expect(throws: PictureFault.self) { try Picture.decode(head, atLeast: 160) }
        #expect(fault?.description.contains("as PNG at most \(depth == 8 ? 64 : 32) million") == true)
    }
}

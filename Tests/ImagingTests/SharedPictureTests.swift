import Imaging
import TestSupport
import Testing

@Suite(.enabled(if: SharedData.isPresent, "needs the shared pictures"))
struct SharedPictureTests {
    @Test("Real camera-trap pictures decode whole and small, upright and alike", arguments: cameraTrapNames)
    func decodes(name: String) throws {
        let bytes = try TestPictures.file(name)
        let info = try ImageInfo.probe(bytes)
        #expect(info.format == .jpeg)
        let whole = try Picture.decode(bytes)
        #expect(whole.width == info.width && whole.height == info.height)
        let small = try Picture.decode(bytes, atLeast: 160)
        #expect(min(small.width, small.height) >= 160)
        let format = TensorFormat(width: 160, height: 160)
        let a = whole.tensor(as: format)
        let b = small.tensor(as: format)
        let mean = zip(a, b).reduce(Float(0)) { $0 + abs($1.0 - $1.1) } / Float(a.count)
        #expect(mean < 0.03, "decoding small changes the tensor by \(mean)")
    }

    private static let cameraTrapNames = TestPictures.names(in: "data/cameratrap")
        .filter { $0.lowercased().hasSuffix(".jpg") || $0.hasSuffix(".jpeg") }
        .filter { !$0.contains("truncated") }

    @Test func `the truncated picture is called broken, whole or small`() throws {
        let bytes = try TestPictures.file("data/cameratrap/speciesnet_african_elephants_truncated_file.jpg")
        for side in [nil, 160] {
            #expect(throws: PictureFault.broken("the JPEG ends too early")) {
                _ = try Picture.decode(bytes, atLeast: side)
            }
        }
    }

    @Test func `inks become the colours of the same photo in RGB`() throws {
        let inks = try TestPictures.file("data/cameratrap/speciesnet_african_elephants_cmyk.jpg")
        let light = try TestPictures.file("data/cameratrap/speciesnet_african_elephants.jpg")
        #expect(try ImageInfo.probe(inks).channels == 4)
        let format = TensorFormat(width: 64, height: 64)
        let a = try Picture.decode(inks, atLeast: 64).tensor(as: format)
        let b = try Picture.decode(light, atLeast: 64).tensor(as: format)
        let mean = zip(a, b).reduce(Float(0)) { $0 + abs($1.0 - $1.1) } / Float(a.count)
        #expect(mean < 0.05)
    }

    @Test func `a photo turned by EXIF stands upright`() throws {
        let turned = try TestPictures.file("data/cameratrap/speciesnet_african_elephants_with_exif_orientation.jpg")
        let plain = try TestPictures.file("data/cameratrap/speciesnet_african_elephants.jpg")
        #expect(try ImageInfo.probe(turned).orientation != .up)
        let format = TensorFormat(width: 64, height: 64)
        let a = try Picture.decode(turned, atLeast: 64).tensor(as: format)
        let b = try Picture.decode(plain, atLeast: 64).tensor(as: format)
        let mean = zip(a, b).reduce(Float(0)) { $0 + abs($1.0 - $1.1) } / Float(a.count)
        #expect(mean < 0.05)
    }
}

import Testing

@testable import Imaging

struct FormatTests {
    private let gradient = TestPictures.gradient(width: Fixture.width, height: Fixture.height)

    @Test(
        "Every way of storing the same colours gives the same picture",
        arguments: [
            ("rgb16.png", ImageFormat.png, 0), ("interlaced.png", .png, 0), ("animated.png", .png, 0),
            ("palette.png", .png, 40), ("progressive.jpg", .jpeg, 16), ("cmyk.jpg", .jpeg, 24),
            ("lossy.webp", .webp, 24), ("lossless.webp", .webp, 0), ("animated.webp", .webp, 0),
            ("pages.tiff", .tiff, 0), ("jpeg.tiff", .tiff, 16), ("tiled.tiff", .tiff, 0), ("rgb16.tiff", .tiff, 0),
            ("planes.tiff", .tiff, 0),
        ]
    )
    func sameColours(name: String, format: ImageFormat, tolerance: Int) throws {
        let bytes = try Fixture.bytes(name)
        #expect(ImageFormat.detect(bytes) == format)
        let info = try ImageInfo.probe(bytes)
        #expect(info.width == Fixture.width && info.height == Fixture.height && info.format == format)
        let picture = try Picture.decode(bytes)
        #expect(TestPictures.difference(picture, gradient) <= tolerance)
    }

    @Test(
        "What is transparent shows white",
        arguments: [
            ("alpha.png", 1), ("interlaced-alpha.png", 1), ("alpha.webp", 24), ("lossless-alpha.webp", 1),
        ]
    )
    func transparency(name: String, tolerance: Int) throws {
        let bytes = try Fixture.bytes(name)
        #expect(try ImageInfo.probe(bytes).channels == 4)
        let picture = try Picture.decode(bytes)
        #expect(TestPictures.difference(picture, gradientOnWhite) <= tolerance)
    }

    private var gradientOnWhite: Picture {
        var pixels: [UInt8] = []
        for y in 0..<gradient.height {
            for x in 0..<gradient.width {
                let alpha = x * 255 / (gradient.width - 1)
                for channel in 0..<3 {
                    pixels.append(UInt8((Int(gradient[x, y][channel]) * alpha + 255 * (255 - alpha) + 127) / 255))
                }
            }
        }
        return Picture(width: gradient.width, height: gradient.height, pixels: pixels)
    }

    @Test("Grey pictures have three equal colours", arguments: ["grey.png", "grey.jpg", "fax.tiff"])
    func grey(name: String) throws {
        let bytes = try Fixture.bytes(name)
        #expect(try ImageInfo.probe(bytes).channels == 1)
        let picture = try Picture.decode(bytes)
        for x in stride(from: 0, to: picture.width, by: 7) {
            let colour = picture[x, x % picture.height]
            #expect(colour.x == colour.y && colour.y == colour.z)
        }
    }

    @Test(
        "Packed greys keep every value, interlaced or not, and the transparent one shows white",
        arguments: [1, 2, 4]
    )
    func packedGreys(depth: UInt8) throws {
        let highest = 1 << Int(depth) - 1
        for (isInterlaced, transparent) in [(false, nil), (true, nil), (false, 1), (true, 1)] {
            var file = PNGFile.packed(depth: depth, width: 61, height: 53, isInterlaced: isInterlaced) {
                ($0 + $0 / 7 + 3 * $1) % (highest + 1)
            }
            if let transparent { file.extra = [("tRNS", [0, UInt8(transparent)])] }
            let picture = try Picture.decode(file.bytes)
            let isRight = (0..<53).allSatisfy { y in
                (0..<61).allSatisfy { x in
                    let value = (x + x / 7 + 3 * y) % (highest + 1)
                    return picture[x, y] == SIMD3(repeating: value == transparent ? 255 : UInt8(value * 255 / highest))
                }
            }
            #expect(isRight, "interlaced \(isInterlaced), transparent \(transparent.map(String.init) ?? "none")")
        }
    }

    @Test func `a transparent palette colour shows white`() throws {
        let plain = try Picture.decode(Fixture.bytes("palette.png"))
        let picture = try Picture.decode(Fixture.bytes("palette-transparent.png"))
        let changed = (0..<picture.height).flatMap { y in (0..<picture.width).map { (x: $0, y: y) } }
            .filter { picture[$0.x, $0.y] != plain[$0.x, $0.y] }
        #expect(!changed.isEmpty)
        #expect(changed.allSatisfy { picture[$0.x, $0.y] == SIMD3(255, 255, 255) })
    }

    @Test(
        "HEIC and AVIF open where libheif is installed, and say what to install where not",
        arguments: Fixture.containers
    )
    func containers(name: String) throws {
        let bytes = try Fixture.bytes(name)
        let format = try #require(ImageFormat.detect(bytes))
        #expect(format == (name.hasSuffix("heic") ? .heic : .avif))
        if HEIFLibrary(named: "libheif.so.1") == nil {
            let fault = #expect(throws: PictureFault.self) { try Picture.decode(bytes) }
            #expect(fault?.description.contains("libheif1") == true)
            return
        }
        let info = try ImageInfo.probe(bytes)
        #expect(info.width == Fixture.width && info.height == Fixture.height)
        #expect(info.channels == (name == "alpha.avif" ? 4 : 3))
        if format == .heic { #expect(info.exif.make == "Hedge") }
        let picture = try Picture.decode(bytes)
        let expected = name == "alpha.avif" ? gradientOnWhite : gradient
        #expect(TestPictures.difference(picture, expected) <= 24)
    }

    @Test func `without libheif the refusal names its package`() {
        #expect(HEIFLibrary(named: "libheif-not-here.so.1") == nil)
        let fault = #expect(throws: PictureFault.self) { try HEIFLibrary.check(nil, for: .heic) }
        guard case .formatNotEnabled(.heic, let cure) = fault else {
            Issue.record("expected formatNotEnabled, got \(String(describing: fault))")
            return
        }
        #expect(cure.contains("libheif1") && cure.contains("libde265"))
    }

    @Test(
        "Formats that are only known by name are refused with a cure",
        arguments: ["photo.gif", "big.tiff", "float.tiff"]
    )
    func refused(name: String) throws {
        let bytes = try Fixture.bytes(name)
        let fault = #expect(throws: PictureFault.self) { try Picture.decode(bytes) }
        guard case .formatNotEnabled = fault else {
            Issue.record("expected formatNotEnabled, got \(String(describing: fault))")
            return
        }
        #expect(fault?.description.contains("JPEG") == true)
    }

    @Test("Small results are decoded small, in every format", arguments: Fixture.decodable)
    func shrinks(name: String) throws {
        let bytes = try Fixture.bytes(name)
        let whole = try Picture.decode(bytes)
        let small = try Picture.decode(bytes, atLeast: 12)
        #expect(small.height < whole.height && min(small.width, small.height) >= 12)
        let format = TensorFormat(width: 12, height: 12)
        let a = whole.tensor(as: format)
        let b = small.tensor(as: format)
        let mean = zip(a, b).reduce(Float(0)) { $0 + abs($1.0 - $1.1) } / Float(a.count)
        #expect(mean < (name == "fax.tiff" ? 0.05 : 0.03))
    }
}

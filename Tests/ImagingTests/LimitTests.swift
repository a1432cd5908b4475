import Imaging
import Testing

struct LimitTests {
    private static let bombs: [(UInt32, UInt32)] = [(60_000, 60_000), (25_000, 25_000), (.max, 1), (1 << 31, 2)]

    /// A PNG that claims any size and holds no pixel.
    private func pngHead(width: UInt32, height: UInt32) -> [UInt8] {
        var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]
        bytes += Array("IHDR".utf8)
        for number in [width, height] { bytes += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) } }
        return bytes + [8, 2, 0, 0, 0, 0, 0, 0, 0]
    }

    @Test(
        "A bomb is refused by its head",
        arguments: bombs
    )
    func bomb(width: UInt32, height: UInt32) {
        let fault = #expect(throws: PictureFault.self) {
            try Picture.decode(pngHead(width: width, height: height), atLeast: 160)
        }
        guard case .tooLarge(let claimed, _, _) = fault else {
            Issue.record("expected tooLarge, got \(String(describing: fault))")
            return
        }
        #expect(claimed == Int(width))
    }

    @Test("Pictures under 50 pixels are refused with their size", arguments: [(1, 1), (49, 500), (500, 49)])
    func tooSmall(width: Int, height: Int) {
        let bytes = TestPictures.gradient(width: width, height: height).png()
        #expect(throws: PictureFault.tooSmall(width: width, height: height, minimum: 50)) {
            try Picture.decode(bytes)
        }
    }

    @Test func `a picture of 50 x 50 passes`() throws {
        let bytes = TestPictures.gradient(width: 50, height: 50).jpeg()
        #expect(try Picture.decode(bytes).width == 50)
    }

    @Test(
        "What is no picture is called so",
        arguments: [
            ("", "empty"), ("Dear gardener, this is text renamed to .jpg.\n", "text"), ("\0\0\0\0\0\0\0\0", "zeros"),
            ("\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}\u{8}", "no format"),
        ]
    )
    func notAPicture(content: String, reason: String) {
        let fault = #expect(throws: PictureFault.self) { try Picture.decode(Array(content.utf8)) }
        guard case .notAPicture(let given) = fault else {
            Issue.record("expected notAPicture, got \(String(describing: fault))")
            return
        }
        #expect(given.contains(reason))
    }

    @Test func `too many bytes are refused before they are looked at`() {
        var limits = PictureLimits()
        limits.bytes = 100
        #expect(throws: PictureFault.tooManyBytes(count: 101, limit: 100)) {
            try Picture.decode([UInt8](repeating: 0xFF, count: 101), limits: limits)
        }
    }

    @Test(
        "A picture that must be held whole is measured against the working memory",
        arguments: ["interlaced.png", "progressive.jpg", "lossless.webp", "planes.tiff"]
    )
    func workingMemory(name: String) throws {
        var limits = PictureLimits()
        limits.memory = 4_000
        let bytes = try Fixture.bytes(name)
        let fault = #expect(throws: PictureFault.self) { try Picture.decode(bytes, limits: limits, atLeast: 8) }
        guard case .tooLarge = fault else {
            Issue.record("expected tooLarge, got \(String(describing: fault))")
            return
        }
    }

    @Test func `a progressive JPEG with thousands of empty scans is refused`() throws {
        let bytes = TestPictures.gradient(width: 4_000, height: 3_000).jpeg()
        let start = try #require((2..<bytes.count - 1).first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xDA })
        var bomb = Array(bytes[0..<start])
        let frame = try #require(bomb.indices.first { bomb[$0] == 0xFF && bomb[$0 + 1] == 0xC0 })
        bomb[frame + 1] = 0xC2
        for _ in 0..<1_000 { bomb += [0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 1, 0, 0x55] }
        #expect(throws: PictureFault.broken("the JPEG has more scans than any camera or program writes")) {
            try Picture.decode(bomb + [0xFF, 0xD9], atLeast: 160)
        }
    }

    @Test("A picture read row by row passes where a whole one would not", arguments: ["rgb16.png", "tiled.tiff"])
    func streaming(name: String) throws {
        var limits = PictureLimits()
        limits.memory = 72 * 54 * 3
        #expect(try Picture.decode(Fixture.bytes(name), limits: limits, atLeast: 8).height == 18)
    }

    @Test(
        "Faults say what is wrong in a sentence",
        arguments: [
            (PictureFault.notAPicture("it is empty"), "not a picture"),
            (.broken("the JPEG ends too early"), "ends too early"),
            (.tooSmall(width: 3, height: 4, minimum: 50), "3 x 4"),
            (.tooLarge(width: 60_000, height: 60_000, limit: "at most 100 million are accepted"), "60000 x 60000"),
            (.tooManyBytes(count: 9, limit: 8), "at most 8"),
            (.formatNotEnabled(.heic, cure: "Install it."), "HEIC"),
        ]
    )
    func messages(fault: PictureFault, part: String) {
        #expect(fault.description.contains(part) && fault.description.hasSuffix("."))
    }
}

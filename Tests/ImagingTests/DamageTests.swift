import Imaging
import Testing

struct DamageTests {
    private static let names = Fixture.decodable + Fixture.containers

    /// A fault or a picture, never a crash, and never a picture of another size than its head says.
    private func survives(_ bytes: [UInt8]) throws(PictureFault) -> Picture {
        var limits = PictureLimits()
        limits.pixels = 4_000_000
        limits.memory = 32 << 20
        let picture = try Picture.decode(bytes, limits: limits, atLeast: 16)
        #expect(min(picture.width, picture.height) >= 8)
        return picture
    }

    @Test("A file cut short is called broken", arguments: names)
    func truncated(name: String) throws {
        let whole = try Fixture.bytes(name)
        var rejected = 0
        let cuts = Array(stride(from: 0, to: whole.count, by: max(1, whole.count / 60)))
        for cut in cuts {
            do {
                _ = try survives(Array(whole[0..<cut]))
            } catch {
                rejected += 1
                switch error {
                case .notAPicture, .broken, .formatNotEnabled: break
                default: Issue.record("cut at \(cut): \(error)")
                }
            }
        }
        // A few may cost only what stands behind the pixels: further frames and pages, or closing marks.
        let spare = ["animated.png", "animated.webp", "pages.tiff"].contains(name) ? cuts.count * 7 / 10 : 4
        #expect(rejected >= cuts.count - spare)
    }

    @Test("Bytes changed at random never crash a decoder", arguments: names)
    func mutated(name: String) throws {
        let whole = try Fixture.bytes(name)
        var random = SplitMix(state: UInt64(whole.count))
        var pictures = 0
        for _ in 0..<300 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let position = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1: bytes[position] = [0, 0xFF, 0x7F, 0x80].randomElement(using: &random) ?? 0
                case 2: bytes.removeSubrange(position..<min(bytes.count, position + 3))
                default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: position)
                }
                if bytes.isEmpty { break }
            }
            if (try? survives(bytes)) != nil { pictures += 1 }
        }
        #expect(pictures < 300, "some damage must be noticed")
    }

    @Test func `a JPEG with harmless bytes behind its end is a picture`() throws {
        let jpeg = TestPictures.gradient(width: 80, height: 60).jpeg()
        #expect(try Picture.decode(jpeg + [UInt8](repeating: 0x55, count: 500)).width == 80)
    }

    @Test func `a JPEG with stray bytes between its segments is a picture`() throws {
        let jpeg = TestPictures.gradient(width: 80, height: 60).jpeg()
        let stray = Array(jpeg[0..<2]) + [0xFF, 0xFF, 0xFE, 0, 4, 1, 2] + Array(jpeg[2...])
        #expect(try Picture.decode(stray).width == 80)
        let extraneous = Array(jpeg.dropLast(2)) + [0, 0, 0, 0] + Array(jpeg.suffix(2))
        #expect(try Picture.decode(extraneous).width == 80)
    }

    @Test func `a JPEG that claims to end in the middle is broken`() throws {
        var jpeg = TestPictures.noise(width: 200, height: 200).jpeg(quality: 90)
        jpeg.replaceSubrange(jpeg.count / 2..<jpeg.count / 2 + 2, with: [0xFF, 0xD9])
        #expect(throws: PictureFault.broken("the JPEG ends too early")) { try Picture.decode(jpeg) }
    }

    @Test(
        "What is wrong with a PNG is said in words, not that it cannot go on",
        arguments: [
            ("a colour type that does not exist", 8, 5, nil), ("palette", 8, 3, nil),
            ("a colour depth that", 3, 2, nil),
            ("impossible length", 8, 2, UInt32.max),
        ]
    )
    func firstFault(words: String, depth: UInt8, colour: UInt8, length: UInt32?) {
        let png = PNGFile(depth: depth, colour: colour).head + PNGFile.chunk("IDAT", [0x78, 0x9C], claiming: length)
        let fault = #expect(throws: PictureFault.self) { try Picture.decode(png + PNGFile.chunk("IEND", [])) }
        #expect(fault?.description.contains(words) == true, "\(fault?.description ?? "")")
    }
}

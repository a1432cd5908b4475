import Imaging
import Testing

/// Files whose parts name different sizes: what is decoded has the size that is told, and no pixel of anything else.
struct ContradictionTests {
    @Test("A WebP with a second, larger image behind the first is the first", arguments: [false, true])
    func twoSizes(isAnimated: Bool) throws {
        let bytes = Self.webp(width: 60, height: 61, claiming: 900, isAnimated: isAnimated)
        let info = try ImageInfo.probe(bytes)
        #expect(info.width == 60 && info.height == 61)
        let picture = try Picture.decode(bytes)
        #expect(picture.width == 60 && picture.height == 61)
        let first = picture[0, 0]
        let isPlain = (0..<61).allSatisfy { y in (0..<60).allSatisfy { x in picture[x, y] == first } }
        #expect(isPlain)
    }

    /// A plain lossless image without a chunk of its own, then a chunk that claims a square of another size.
    private static func webp(width: Int, height: Int, claiming side: Int, isAnimated: Bool) -> [UInt8] {
        var image = [0x2F] + u32((width - 1) | (height - 1) << 14) + plainPixels() + [UInt8](repeating: 0, count: 64)
        // Read as a chunk, its first eight bytes tell where the next one begins.
        let length = Int(image[4]) | Int(image[5]) << 8 | Int(image[6]) << 16 | Int(image[7]) << 24
        image += [UInt8](repeating: 0, count: 8 + length + length % 2 - image.count)
        let claim = [0x2F] + u32((side - 1) | (side - 1) << 14)
        image += chunk("VP8L", claim)
        if isAnimated {
            let frame = [UInt8](repeating: 0, count: 6) + u24(side - 1) + u24(side - 1) + [0, 0, 0, 0]
            let canvas = [2, 0, 0, 0] + u24(side - 1) + u24(side - 1)
            let rest = chunk("VP8X", canvas) + chunk("ANIM", [0, 0, 0, 0, 0, 0]) + chunk("ANMF", frame + image)
            return riff(rest)
        }
        return riff(image)
    }

    private static func riff(_ content: [UInt8]) -> [UInt8] {
        Array("RIFF".utf8) + u32(content.count + 4) + Array("WEBP".utf8) + content
    }

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        Array(name.utf8) + u32(content.count) + content + (content.count % 2 == 1 ? [0] : [])
    }

    /// Prefix codes that give every pixel the same colour; their bits also read as a chunk's name in ASCII.
    private static func plainPixels() -> [UInt8] {
        var bits: [Int] = []
        func put(_ value: Int, _ count: Int) { for bit in 0..<count { bits.append(value >> bit & 1) } }
        for (value, count) in [(0, 1), (0, 1), (0, 1), (0, 1), (15, 4)] { put(value, count) }
        for symbol in [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15] {
            put(symbol == 18 || symbol == 5 ? 1 : 0, 3)
        }
        for (value, count) in [(0, 1), (0, 1), (1, 1), (127, 7), (1, 1), (119, 7), (1, 1), (0, 7)] { put(value, count) }
        for _ in 0..<4 { for (value, count) in [(1, 1), (0, 1), (0, 1), (0, 1)] { put(value, count) } }
        var bytes = [UInt8](repeating: 0, count: (bits.count + 7) / 8)
        for (index, bit) in bits.enumerated() { bytes[index / 8] |= UInt8(bit) << UInt8(index % 8) }
        return bytes
    }

    private static func u24(_ number: Int) -> [UInt8] { Array(u32(number)[..<3]) }
    private static func u32(_ number: Int) -> [UInt8] {
        [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}

import Testing

@testable import Imaging

struct VeilingTests {
    private let picture: Picture = {
        let pixels = (0..<120 * 90 * 3).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
        return Picture(width: 120, height: 90, pixels: pixels)
    }()

    @Test func `a part becomes a few flat squares, and the rest stays`() throws {
        let region = try #require(Region(x: 0.25, y: 0, width: 0.5, height: 1))
        let veiled = picture.veiling([region])
        #expect(veiled[10, 10] == picture[10, 10])
        #expect(veiled[110, 80] == picture[110, 80])
        var colours: Set<SIMD3<UInt8>> = []
        for y in 0..<90 { for x in 30..<90 { colours.insert(veiled[x, y]) } }
        #expect(colours.count <= 8 * 12)
        #expect(colours.count > 1)
    }

    @Test func `a box at the edge, or none at all, is no trouble`() throws {
        let corner = try #require(Region(x: 0.999, y: 0.999, width: 0.001, height: 0.001))
        #expect(picture.veiling([corner]).width == 120)
        #expect(picture.veiling([])[5, 5] == picture[5, 5])
    }
}

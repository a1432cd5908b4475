import Imaging
import Testing

@testable import Inference

@Suite("Tiles of large pictures") struct TileTests {
    private static func input(_ side: Int) -> DetectorPackage.Input {
        .init(width: side, height: side, format: TensorFormat(width: side, height: side), grey: 114)
    }

    private static func grid(_ width: Int, _ height: Int, for side: Int, most: Int) -> TileGrid? {
        TileGrid(width: width, height: height, for: input(side), most: most)
    }

    @Test(arguments: [
        // 12 megapixels: six tiles are nearly square.
        (4_032, 3_024, 416, 6, 3, 2), (3_024, 4_032, 416, 6, 2, 3), (4_032, 3_024, 416, 7, 3, 2),
        (4_032, 3_024, 416, 4, 2, 2), (10_000, 600, 416, 6, 6, 1),
        // With six it has as many pixels as the model takes: more would show no more.
        (2_600, 1_950, 1_280, 24, 3, 2),
    ])
    func `the grid shows most detail with no more tiles than it may have`(
        width: Int,
        height: Int,
        side: Int,
        most: Int,
        columns: Int,
        rows: Int
    ) throws {
        let grid = try #require(Self.grid(width, height, for: side, most: most))
        #expect(grid.columns == columns && grid.rows == rows)
    }

    @Test func `what is not much larger than the model's input has no tiles`() {
        #expect(Self.grid(800, 600, for: 416, most: 24) == nil)
        #expect(Self.grid(2_048, 1_536, for: 1_280, most: 24) == nil)
        #expect(Self.grid(4_032, 3_024, for: 416, most: 0) == nil)
        #expect(Self.grid(4_032, 3_024, for: 416, most: 1) == nil)
    }

    @Test(arguments: [(4_032, 3_024, 24), (3_024, 4_032, 5), (7_680, 1_080, 9)])
    func `tiles cover the picture, and neighbours share a fifth`(width: Int, height: Int, most: Int) throws {
        let grid = try #require(Self.grid(width, height, for: 416, most: most))
        let tiles = grid.tiles
        #expect(tiles.count == grid.columns * grid.rows && tiles.count <= most)
        #expect(tiles[0].x == 0 && tiles[0].y == 0)
        let last = try #require(tiles.last)
        #expect(abs(last.x + last.width - 1) < 1e-9 && abs(last.y + last.height - 1) < 1e-9)
        for column in 1..<grid.columns {
            let (left, right) = (tiles[column - 1], tiles[column])
            #expect(abs(left.x + left.width - right.x - 0.2 * left.width) < 1e-9)
        }
    }

    @Test func `a box lies in the picture where it lies in its tile`() throws {
        let tile = try #require(Region(x: 0.4, y: 0.5, width: 0.5, height: 0.5))
        let found = try #require(Box(left: 0.2, top: 0.4, right: 0.6, bottom: 0.8))
        let detection = Detection(box: found, category: .animal, label: "x", confidence: 0.5)
        let piece = try #require(DetectionPiece(detection, on: tile))
        #expect(piece.cuts.isEmpty)
        #expect(isBox(piece.detection.box, 0.5, 0.7, 0.7, 0.9))
        let low = try #require(Box(left: 0.99, top: 0.9, right: 1, bottom: 1))
        let cut = DetectionPiece(Detection(box: low, category: .animal, label: "x", confidence: 0.5), on: tile)
        #expect(cut?.cuts == .right, "below ends the picture, not the tile alone")
    }

    /// A box on the picture, by its edges, and what a detector finds of it that looks at a part of the picture.
    private struct Shown {
        let left: Double
        let right: Double
        var top = 0.4
        var bottom = 0.6
        var confidence = 0.5
        var category = DetectionCategory.animal

        func found(on tile: Region?) throws -> Detection {
            let tile = try #require(tile ?? Region(x: 0, y: 0, width: 1, height: 1))
            let box = Box(
                left: (left - tile.x) / tile.width,
                top: (top - tile.y) / tile.height,
                right: (right - tile.x) / tile.width,
                bottom: (bottom - tile.y) / tile.height
            )
            return Detection(box: try #require(box), category: category, label: "x", confidence: confidence)
        }
    }

    // Tiles of which both show what lies from 0.4 to 0.6.
    private static let left = Region(x: 0, y: 0, width: 0.6, height: 1)
    private static let right = Region(x: 0.4, y: 0, width: 0.6, height: 1)
    private static let corners = [(0, 0), (0.4, 0), (0, 0.4), (0.4, 0.4)].map {
        Region(x: $0.0, y: $0.1, width: 0.6, height: 0.6)
    }

    private func merged(whole: [Shown] = [], _ tiles: [(Region?, [Shown])]) throws -> [Detection] {
        var all = TiledDetections(whole: try whole.map { try $0.found(on: nil) })
        for (tile, shown) in tiles {
            all.add(try shown.map { try $0.found(on: tile) }, on: try #require(tile))
        }
        return all.merged(overlap: 0.45)
    }

    private func isBox(_ box: Box, _ left: Double, _ right: Double, _ top: Double, _ bottom: Double) -> Bool {
        zip([box.x, box.right, box.y, box.bottom], [left, right, top, bottom]).allSatisfy { abs($0 - $1) < 1e-9 }
    }

    @Test func `what two tiles show whole is found once, as the surer saw it`() throws {
        let found = try merged([
            (Self.left, [Shown(left: 0.45, right: 0.55, confidence: 0.6)]),
            (Self.right, [Shown(left: 0.45, right: 0.56, confidence: 0.8)]),
        ])
        #expect(found.map(\.confidence) == [0.8])
    }

    @Test func `a whole animal stands above a surer piece of it`() throws {
        let found = try merged([
            (Self.left, [Shown(left: 0.3, right: 0.58, confidence: 0.4)]),
            (Self.right, [Shown(left: 0.4, right: 0.58, confidence: 0.9)]),
        ])
        let one = try #require(found.first)
        #expect(found.count == 1 && isBox(one.box, 0.3, 0.58, 0.4, 0.6))
    }

    @Test func `an animal that both tiles cut is put together`() throws {
        let found = try merged([
            (Self.left, [Shown(left: 0.2, right: 0.6, confidence: 0.6)]),
            (Self.right, [Shown(left: 0.4, right: 0.9, top: 0.38, confidence: 0.7)]),
        ])
        let one = try #require(found.first)
        #expect(found.count == 1 && isBox(one.box, 0.2, 0.9, 0.38, 0.6) && one.confidence == 0.7)
    }

    @Test func `an animal that lies over a corner of four tiles is one`() throws {
        let (whole, edges) = ((left: 0.3, right: 0.7), [(0.3, 0.6), (0.4, 0.7)])
        let pieces = [(0, 0), (1, 0), (0, 1), (1, 1)].map { column, row in
            Shown(left: edges[column].0, right: edges[column].1, top: edges[row].0, bottom: edges[row].1)
        }
        let found = try merged(zip(Self.corners, pieces).map { ($0, [$1]) })
        let one = try #require(found.first)
        #expect(found.count == 1 && isBox(one.box, whole.left, whole.right, whole.left, whole.right))
    }

    @Test func `pieces at different heights, and animals beside each other, are two`() throws {
        let apart = try merged([
            (Self.left, [Shown(left: 0.3, right: 0.6, top: 0.1, bottom: 0.3)]),
            (Self.right, [Shown(left: 0.4, right: 0.8, top: 0.25, bottom: 0.6)]),
        ])
        #expect(apart.count == 2)
        let beside = try merged([
            (Self.left, [Shown(left: 0.1, right: 0.2)]), (Self.right, [Shown(left: 0.7, right: 0.9)]),
        ])
        #expect(beside.count == 2)
    }

    @Test func `of a large animal the whole picture's box stands, whatever tiles make of its parts`() throws {
        let found = try merged(
            whole: [Shown(left: 0.1, right: 0.9, top: 0.1, bottom: 0.9, confidence: 0.5)],
            [
                (
                    Self.left,
                    [
                        Shown(left: 0.1, right: 0.6, top: 0.1, bottom: 0.9, confidence: 0.9),
                        Shown(left: 0.2, right: 0.3, confidence: 0.95),
                    ]
                ),
                (Self.right, [Shown(left: 0.4, right: 0.9, top: 0.12, bottom: 0.9, confidence: 0.9)]),
            ]
        )
        #expect(found.map(\.confidence) == [0.5])
    }

    @Test func `small animals beside a large one are found, and a rider on it too`() throws {
        let found = try merged(
            whole: [Shown(left: 0.1, right: 0.5, top: 0.1, bottom: 0.9)],
            [
                (Self.right, [Shown(left: 0.7, right: 0.75, confidence: 0.4)]),
                (Self.left, [Shown(left: 0.2, right: 0.3, confidence: 0.3, category: .person)]),
            ]
        )
        #expect(found.map(\.confidence) == [0.5, 0.4, 0.3])
        #expect(found.map(\.category) == [.animal, .animal, .person])
    }

    @Test func `a piece of which nobody shows the rest is better than nothing, unless it fills the tile`() throws {
        let found = try merged([(Self.left, [Shown(left: 0.5, right: 0.6)]), (Self.right, [])])
        #expect(found.count == 1)
        let full = Shown(left: 0.05, right: 0.6, top: 0.1, bottom: 0.9, confidence: 0.9)
        #expect(try merged([(Self.left, [full]), (Self.right, [])]).isEmpty)
        let rest = Shown(left: 0.4, right: 0.7, top: 0.1, bottom: 0.9)
        #expect(try merged([(Self.left, [full]), (Self.right, [rest])]).count == 1)
    }

    @Test func `a flood of pieces stays bounded`() throws {
        let pieces = (0..<2_000).map {
            Shown(left: 0.59, right: 0.6, top: Double($0) / 2_000, bottom: Double($0 + 1) / 2_000)
        }
        #expect(try merged([(Self.left, pieces)]).count == 200)
    }
}

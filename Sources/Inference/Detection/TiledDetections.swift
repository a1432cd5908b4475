internal import Imaging

/// What was found on a whole picture and on tiles of it, made one list in which each animal stands once.
///
/// What a tile's edge cuts is a piece. Pieces that face each other over an edge are one animal, and a piece of what
/// stands in the list already is not another one.
struct TiledDetections: Sendable {
    /// So much of the smaller box lies in the larger one when both are of one animal.
    private static let part = 0.6
    private static let mostPieces = 200

    private let whole: [Detection]
    /// Those of the tiles that no edge cuts.
    private var complete: [Detection] = []
    private var pieces: [DetectionPiece] = []

    init(whole: [Detection]) { self.whole = whole }

    /// Takes what was found on a tile, with boxes in fractions of the tile.
    mutating func add(_ found: [Detection], on tile: Region) {
        for piece in found.compactMap({ DetectionPiece($0, on: tile) }) {
            if piece.cuts.isEmpty { complete.append(piece.detection) } else { pieces.append(piece) }
        }
    }

    /// The surest first.
    ///
    /// - Parameter limit: boxes of one category that overlap more are one animal.
    /// - Returns: each animal once.
    func merged(overlap limit: Double) -> [Detection] {
        // The whole picture shows large animals best: what a tile finds within one is its head or its leg.
        let beside = complete.filter { one in
            !whole.contains {
                $0.category == one.category && $0.box.area > one.box.area && $0.box.overlap(with: one.box) <= limit
                    && $0.box.cover(of: one.box) > Self.part
            }
        }
        var kept = (whole + beside).suppressed(overlap: limit)
        let pieces = joined.filter { !$0.fillsTile }.map(\.detection)
        for one in pieces.sorted(by: { $0.box.area > $1.box.area }) {
            let isKnown = kept.contains { known in
                known.category == one.category
                    && (known.box.overlap(with: one.box) > limit || known.box.cover(of: one.box) > Self.part)
            }
            if !isKnown { kept.append(one) }
        }
        return kept.sorted { $0.confidence > $1.confidence }
    }

    /// The pieces, with those that belong together put together.
    private var joined: [DetectionPiece] {
        var left = [DetectionPiece](
            pieces.sorted { $0.detection.confidence > $1.detection.confidence }.prefix(Self.mostPieces)
        )
        var done: [DetectionPiece] = []
        while !left.isEmpty {
            var piece = left.removeFirst()
            while let index = left.firstIndex(where: { piece.continues(in: $0) || $0.continues(in: piece) }) {
                piece = piece.joined(to: left.remove(at: index))
            }
            done.append(piece)
        }
        return done
    }
}

/// A detection on a tile, in fractions of the picture, with the edges of the tile that cut it.
struct DetectionPiece: Hashable, Sendable {
    struct Edges: OptionSet, Hashable, Sendable {
        let rawValue: Int
        static let left = Edges(rawValue: 1)
        static let right = Edges(rawValue: 2)
        static let top = Edges(rawValue: 4)
        static let bottom = Edges(rawValue: 8)
    }

    /// A box that ends so near an edge, in shares of the tile, most likely goes on beyond it.
    private static let margin = 0.02
    /// So much of the shorter side must lie beside the longer one.
    private static let facing = 0.5
    /// What takes more of a tile and goes on beyond it is large enough for the whole picture.
    private static let most = 0.5

    let detection: Detection
    /// Of the tile, where the picture goes on beyond them.
    let cuts: Edges
    /// Whether it takes so much of one tile that nobody saw what it is a piece of.
    let fillsTile: Bool

    private init(_ detection: Detection, _ cuts: Edges, fillsTile: Bool) {
        self.detection = detection
        self.cuts = cuts
        self.fillsTile = fillsTile
    }

    init?(_ found: Detection, on tile: Region) {
        let box = found.box
        let placed = Box(
            left: tile.x + box.x * tile.width,
            top: tile.y + box.y * tile.height,
            right: tile.x + (box.x + box.width) * tile.width,
            bottom: tile.y + (box.y + box.height) * tile.height
        )
        guard let placed else { return nil }
        var cuts: Edges = []
        let border = 1e-6
        if box.x < Self.margin, tile.x > border { cuts.insert(.left) }
        if box.y < Self.margin, tile.y > border { cuts.insert(.top) }
        if box.x + box.width > 1 - Self.margin, tile.x + tile.width < 1 - border { cuts.insert(.right) }
        if box.y + box.height > 1 - Self.margin, tile.y + tile.height < 1 - border { cuts.insert(.bottom) }
        self.init(found.placed(at: placed), cuts, fillsTile: box.area > Self.most)
    }

    /// Whether the other one is what lies of the same animal to the right, or below.
    func continues(in other: DetectionPiece) -> Bool {
        let (one, next) = (detection.box, other.detection.box)
        guard detection.category == other.detection.category, one.overlap(with: next) > 0 else { return false }
        if cuts.contains(.right), other.cuts.contains(.left) {
            let shared = min(one.bottom, next.bottom) - max(one.y, next.y)
            return shared > Self.facing * min(one.height, next.height)
        }
        if cuts.contains(.bottom), other.cuts.contains(.top) {
            let shared = min(one.right, next.right) - max(one.x, next.x)
            return shared > Self.facing * min(one.width, next.width)
        }
        return false
    }

    /// Both as one; where it is surer of what it is, that counts.
    func joined(to other: DetectionPiece) -> DetectionPiece {
        let surest = detection.confidence >= other.detection.confidence ? detection : other.detection
        return DetectionPiece(
            surest.placed(at: detection.box.around(other.detection.box)),
            cuts.union(other.cuts),
            fillsTile: false
        )
    }
}

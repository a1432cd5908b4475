import Core

/// A part of a camera's view in which detections do not count.
struct CameraMask: Hashable, Sendable {
    typealias ID = Identifier<CameraMask>

    enum Kind: String, CaseIterable, Codable, Sendable {
        /// Whatever has its middle within.
        case area
        /// The one thing that is found there again and again, such as a stump: boxes that nearly coincide with it.
        case `repeat`
    }

    struct Point: Hashable, Codable, Sendable {
        let x: Double
        let y: Double
    }

    let id: ID
    let camera: Camera.ID
    let kind: Kind
    /// A polygon of at least three corners; for a repeat the four of its box, from the top left corner on.
    let points: [Point]
    let createdAt: Timestamp

    /// How much of a box and of a repeat is common to both, at least, for them to be the same thing.
    static let sameness = 0.8

    func covers(_ box: Finding.Box) -> Bool {
        switch kind {
        case .area: return contains(Point(x: box.x + box.width / 2, y: box.y + box.height / 2))
        case .repeat: return bounds.overlap(with: box) >= Self.sameness
        }
    }

    private var bounds: Finding.Box {
        let (xs, ys) = (points.map(\.x), points.map(\.y))
        let (left, top) = (xs.min() ?? 0, ys.min() ?? 0)
        return Finding.Box(x: left, y: top, width: (xs.max() ?? 0) - left, height: (ys.max() ?? 0) - top)
    }

    /// Counts how often a ray to the right crosses the border.
    private func contains(_ point: Point) -> Bool {
        var isInside = false
        for (first, second) in zip(points, points.dropFirst() + points.prefix(1))
        where (first.y > point.y) != (second.y > point.y) {
            let crossing = first.x + (point.y - first.y) / (second.y - first.y) * (second.x - first.x)
            if point.x < crossing { isInside.toggle() }
        }
        return isInside
    }
}

extension Finding.Box {
    /// What two boxes have in common, as a share of what they cover together.
    func overlap(with other: Finding.Box) -> Double {
        let width = min(x + width, other.x + other.width) - max(x, other.x)
        let height = min(y + height, other.y + other.height) - max(y, other.y)
        guard width > 0, height > 0 else { return 0 }
        let common = width * height
        return common / (self.width * self.height + other.width * other.height - common)
    }
}

extension [CameraMask] {
    /// The findings, those that a mask covers marked as ignored.
    func sift(_ findings: [Finding]) -> [Finding] {
        findings.map { finding in
            var finding = finding
            finding.ignored = first { $0.covers(finding.box) }?.kind
            return finding
        }
    }
}

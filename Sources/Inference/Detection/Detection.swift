/// Something that a detector found on a picture.
package struct Detection: Hashable, Sendable, Codable {
    package let box: Box
    package let category: DetectionCategory
    /// As the model names it.
    package let label: String
    /// 0…1.
    package let confidence: Double

    package init(box: Box, category: DetectionCategory, label: String, confidence: Double) {
        self.box = box
        self.category = category
        self.label = label
        self.confidence = confidence
    }

    /// The same at another place.
    func placed(at box: Box) -> Detection {
        Detection(box: box, category: category, label: label, confidence: confidence)
    }
}

/// What camera traps tell apart before anything else.
package enum DetectionCategory: String, CaseIterable, Codable, Sendable {
    case animal, person, vehicle

    private static let people: Set = ["person", "human", "people"]
    private static let vehicles: Set = ["vehicle", "car", "truck", "bus", "motorcycle", "bicycle"]

    /// What a word stands for that a model or a person uses: whatever is neither a person nor a vehicle is an animal.
    package init(of word: String) {
        let word = word.lowercased()
        self = Self.people.contains(word) ? .person : Self.vehicles.contains(word) ? .vehicle : .animal
    }
}

/// A part of an upright picture in fractions of its sides, from its top left corner.
package struct Box: Hashable, Sendable, Codable {
    package let x: Double
    package let y: Double
    package let width: Double
    package let height: Double

    private init(x: Double, y: Double, width: Double, height: Double) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// What of it lies inside the picture; `nil` when nothing does.
    package init?(left: Double, top: Double, right: Double, bottom: Double) {
        let (left, right) = (min(max(left, 0), 1), min(max(right, 0), 1))
        let (top, bottom) = (min(max(top, 0), 1), min(max(bottom, 0), 1))
        guard right > left, bottom > top else { return nil }
        x = left
        y = top
        width = right - left
        height = bottom - top
    }

    var right: Double { x + width }
    var bottom: Double { y + height }
    var area: Double { width * height }

    /// What both cover.
    private func common(with other: Box) -> Double {
        let wide = min(right, other.right) - max(x, other.x)
        let high = min(bottom, other.bottom) - max(y, other.y)
        return wide > 0 && high > 0 ? wide * high : 0
    }

    /// The share of what both cover in what either covers.
    package func overlap(with other: Box) -> Double {
        let both = common(with: other)
        return both > 0 ? both / (area + other.area - both) : 0
    }

    /// The share of what both cover in the smaller of them.
    func cover(of other: Box) -> Double { common(with: other) / min(area, other.area) }

    /// The smallest that holds both.
    func around(_ other: Box) -> Box {
        let (left, top) = (min(x, other.x), min(y, other.y))
        return Box(x: left, y: top, width: max(right, other.right) - left, height: max(bottom, other.bottom) - top)
    }
}

extension [Detection] {
    /// The surest of those that lie on one another: one animal is found once.
    package func suppressed(overlap limit: Double) -> [Detection] {
        var kept: [Detection] = []
        for candidate in sorted(by: { $0.confidence > $1.confidence }) {
            let isCovered = kept.contains {
                $0.category == candidate.category && $0.box.overlap(with: candidate.box) > limit
            }
            if !isCovered { kept.append(candidate) }
        }
        return kept
    }
}

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

    /// The share of what both cover in what either covers.
    package func overlap(with other: Box) -> Double {
        let wide = min(x + width, other.x + other.width) - max(x, other.x)
        let high = min(y + height, other.y + other.height) - max(y, other.y)
        guard wide > 0, high > 0 else { return 0 }
        let both = wide * high
        return both / (width * height + other.width * other.height - both)
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

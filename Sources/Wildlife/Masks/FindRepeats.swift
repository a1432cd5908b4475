import Core

/// Looks for what a camera's detector finds at the same spot again and again: a stump, a feeder, a root.
struct FindRepeats: Sendable {
    /// A box on a picture.
    struct Sighting: Hashable, Sendable {
        let image: TrapImage.ID
        let category: Finding.Category
        let label: String
        let box: Finding.Box
        let capturedAt: Timestamp
    }

    /// Sightings whose boxes nearly coincide.
    struct Repeat: Sendable {
        let box: Finding.Box
        let category: Finding.Category
        let label: String
        fileprivate(set) var images: Set<TrapImage.ID>
        fileprivate(set) var first: Timestamp
        fileprivate(set) var last: Timestamp
        /// Stretches of time with sightings: an animal that sleeps in one place has few.
        fileprivate(set) var visits: Int
    }

    /// On so many pictures, at least.
    private static let fewest = 10
    /// In so many stretches of time that lie apart.
    private static let fewestVisits = 4
    private static let pause = Duration.seconds(3_600)
    private static let mostGroups = 2_000

    /// - Parameter sightings: the newest first.
    /// - Returns: those on the most pictures first.
    func callAsFunction(_ sightings: [Sighting]) -> [Repeat] {
        var groups: [Repeat] = []
        /// Groups by the cell that the middle of their box lies in.
        var cells: [Cell: [Int]] = [:]
        for sighting in sightings.reversed() {
            let cell = Cell(sighting.box)
            let known = cell.around.lazy.flatMap { cells[$0] ?? [] }.first {
                groups[$0].box.overlap(with: sighting.box) >= CameraMask.sameness
            }
            if let known {
                groups[known].add(sighting, pause: Self.pause)
            } else if groups.count < Self.mostGroups {
                cells[cell, default: []].append(groups.count)
                groups.append(Repeat(sighting))
            }
        }
        return groups.filter { $0.images.count >= Self.fewest && $0.visits >= Self.fewestVisits }
            .sorted { ($0.images.count, $0.last) > ($1.images.count, $1.last) }
    }

    private struct Cell: Hashable {
        let column: Int
        let row: Int

        init(_ box: Finding.Box) {
            column = Int((box.x + box.width / 2) * 10)
            row = Int((box.y + box.height / 2) * 10)
        }

        private init(column: Int, row: Int) { (self.column, self.row) = (column, row) }

        /// Boxes that nearly coincide may have their middles to either side of a border.
        var around: [Cell] {
            (column - 1...column + 1).flatMap { column in (row - 1...row + 1).map { Cell(column: column, row: $0) } }
        }
    }
}

extension FindRepeats.Repeat {
    fileprivate init(_ sighting: FindRepeats.Sighting) {
        self.init(
            box: sighting.box,
            category: sighting.category,
            label: sighting.label,
            images: [sighting.image],
            first: sighting.capturedAt,
            last: sighting.capturedAt,
            visits: 1
        )
    }

    fileprivate mutating func add(_ sighting: FindRepeats.Sighting, pause: Duration) {
        if sighting.capturedAt - last > pause { visits += 1 }
        images.insert(sighting.image)
        last = sighting.capturedAt
    }
}

import Core
import Database

/// A picture with what machine and people found on it.
struct ReadPicture: Sendable {
    let image: TrapImage
    let findings: [Finding]
    /// The newest word of a person.
    let review: Review?
}

/// Goes through all pictures of a filter in the order of their times, a page at a time, so that memory stays flat.
struct WalkPictures: Sendable {
    let images: ImageStore

    private static let page = 500

    func callAsFunction(_ filter: ImageFilter, _ visit: ([ReadPicture]) async throws -> Void) async throws {
        let order = ImageStore.Sort.capturedAt.order(descending: false)
        var place: PagePlace?
        repeat {
            let page = try await images.page(filter, in: order, after: place, limit: Self.page)
            try await visit(try await read(page.images))
            place = page.next
        } while place != nil
    }

    private func read(_ found: [TrapImage]) async throws -> [ReadPicture] {
        guard !found.isEmpty else { return [] }
        let placeholders = found.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let keys = found.map { SQLValue.id($0.id) }
        let (boxes, words) = try await images.database.read(.mayLag) { reader in
            (
                try await reader.query(
                    "SELECT * FROM detection WHERE image_id IN (\(placeholders)) ORDER BY image_id, position",
                    keys
                ),
                try await reader.query(
                    "SELECT * FROM image_review WHERE image_id IN (\(placeholders)) AND undone_at IS NULL ORDER BY id",
                    keys
                )
            )
        }
        var findings: [TrapImage.ID: [Finding]] = [:]
        for row in boxes { findings[try row["image_id"], default: []].append(try Finding(row)) }
        var reviews: [TrapImage.ID: Review] = [:]
        for row in words {
            let review = try Review(row)
            reviews[review.image] = review
        }
        return found.map { ReadPicture(image: $0, findings: findings[$0.id] ?? [], review: reviews[$0.id]) }
    }
}

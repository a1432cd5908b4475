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
    let findings: FindingStore
    let reviews: ReviewStore

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
        let keys = found.map(\.id)
        let (findings, reviews) = try await images.database.read(.mayLag) { reader in
            (
                try await self.findings.findings(of: keys, in: reader),
                try await self.reviews.newest(of: keys, in: reader)
            )
        }
        return found.map { ReadPicture(image: $0, findings: findings[$0.id] ?? [], review: reviews[$0.id]) }
    }
}

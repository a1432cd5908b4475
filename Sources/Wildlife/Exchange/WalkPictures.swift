import Core
import Database

/// A picture with what machine and people found on it.
struct ReadPicture: Sendable {
    let image: TrapImage
    let findings: [Finding]
    /// The newest word of a person.
    let review: Review?
    /// What the package said of it that it came in.
    var origin: OriginStore.OfImage?
}

/// Goes through all pictures of a filter in the order of their times, a page at a time, so that memory stays flat.
struct WalkPictures: Sendable {
    let images: ImageStore
    let findings: FindingStore
    let reviews: ReviewStore
    let origins: OriginStore

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

    /// The same without what is found on them and said of them, which takes most of the time.
    func lightly(_ filter: ImageFilter, _ visit: ([ReadPicture]) async throws -> Void) async throws {
        var place: PagePlace?
        repeat {
            let page = try await light(filter, after: place, limit: Self.page)
            try await visit(page.pictures)
            place = page.next
        } while place != nil
    }

    /// One page of it, for whoever cannot visit.
    func light(
        _ filter: ImageFilter,
        after place: PagePlace?,
        limit: Int
    ) async throws -> (pictures: [ReadPicture], next: PagePlace?) {
        let order = ImageStore.Sort.capturedAt.order(descending: false)
        let page = try await images.page(filter, in: order, after: place, limit: limit)
        let keys = page.images.map(\.id)
        let origins = keys.isEmpty ? [:] : try await images.database.read { try await self.origins.of(keys, in: $0) }
        let pictures = page.images.map { ReadPicture(image: $0, findings: [], review: nil, origin: origins[$0.id]) }
        return (pictures, page.next)
    }

    private func read(_ found: [TrapImage]) async throws -> [ReadPicture] {
        guard !found.isEmpty else { return [] }
        let keys = found.map(\.id)
        let (findings, reviews, origins) = try await images.database.read(.mayLag) { reader in
            (
                try await self.findings.findings(of: keys, in: reader),
                try await self.reviews.newest(of: keys, in: reader),
                try await self.origins.of(keys, in: reader)
            )
        }
        return found.map { image in
            ReadPicture(
                image: image,
                findings: findings[image.id] ?? [],
                review: reviews[image.id],
                origin: origins[image.id]
            )
        }
    }
}

import Accounts
import Core
import Database
import HTTPServer

/// A part of the list of pictures.
struct ImagePage: APIValue {
    let items: [ImageAnswer]
    let next: String?
    let total: Int?
    let page: Int?
    let pages: Int?
    static let notes = [
        "next": "Give it as `after` for the next page; null on the last.",
        "total": "All that the filter lets through; null where `after` is given.",
    ]
}

/// Shows pictures to whoever may see them.
struct LookAtImage: Sendable {
    let images: ImageStore
    let findings: FindingStore
    let reviews: ReviewStore
    let cameras: CameraStore
    let links: ImageLinks
    let bursts: Bursts
    let sensitive: SensitivePlaces

    /// From `after` on, or a page by its number; the first page counts them all.
    func list(_ filter: ImageFilter, _ listing: ImageListing) async throws -> ImagePage {
        let order = listing.sort.order(descending: listing.isDescending)
        let place = try order.place(of: listing.after)
        if listing.page > 1, place == nil {
            let found = try await images.images(
                filter,
                by: listing.sort,
                descending: listing.isDescending,
                skipping: (listing.page - 1) * listing.limit,
                limit: listing.limit
            )
            return try await page(found, next: nil, counting: filter, listing, seesBystanders: filter.seesBystanders)
        }
        let found = try await images.page(filter, in: order, after: place, limit: listing.limit)
        return try await page(
            found.images,
            next: found.next,
            counting: place == nil ? filter : nil,
            listing,
            seesBystanders: filter.seesBystanders
        )
    }

    private func page(
        _ found: [TrapImage],
        next: PagePlace?,
        counting filter: ImageFilter?,
        _ listing: ImageListing,
        seesBystanders: Bool
    ) async throws -> ImagePage {
        var total: Int?
        if let filter { total = try await images.count(filter) }
        return ImagePage(
            items: try await answers(found, seesBystanders: seesBystanders),
            next: next?.token,
            total: total,
            page: filter.map { _ in listing.page },
            pages: total.map { ($0 + listing.limit - 1) / listing.limit }
        )
    }

    func answer(_ image: TrapImage, seesBystanders: Bool) async throws -> ImageAnswer {
        try await answers([image], seesBystanders: seesBystanders)[0]
    }

    /// The last pictures, by when they were taken.
    func newest(_ filter: ImageFilter, limit: Int) async throws -> [ImageAnswer] {
        let order = ImageStore.Sort.capturedAt.order(descending: true)
        let page = try await images.page(filter, in: order, after: nil, limit: limit)
        return try await answers(page.images, seesBystanders: filter.seesBystanders)
    }

    private func answers(_ found: [TrapImage], seesBystanders: Bool) async throws -> [ImageAnswer] {
        let species = try await findings.species(of: found.map(\.id))
        var answers: [ImageAnswer] = []
        for image in found {
            answers.append(
                try await ImageAnswer(
                    image,
                    species: species[image.id] ?? [],
                    links: links,
                    seesBystanders: seesBystanders
                )
            )
        }
        return answers
    }

    /// The pictures that the camera took right before and after, in their order.
    func burst(of id: TrapImage.ID, within filter: ImageFilter) async throws -> [ImageAnswer] {
        let found = try await images.database.read { reader in
            try await bursts.burst(of: images.image(id, visibleIn: filter.reach, in: reader), in: reader)
        }
        return try await answers(
            found.filter { filter.reach.sees($0.site) },
            seesBystanders: filter.seesBystanders
        )
    }

    /// - Throws: a 404 for a picture that the caller does not see.
    func callAsFunction(at id: TrapImage.ID, within filter: ImageFilter) async throws -> ImageDetailAnswer {
        let known = try await images.database.read { reader in
            let image = try await images.image(id, visibleIn: filter.reach, in: reader)
            var camera: Camera?
            if let key = image.camera { camera = try await cameras.camera(key, in: reader) }
            return (
                image: image, camera: camera, findings: try await findings.findings(of: id, in: reader),
                frames: image.isVideo ? try await VideoFrameStore().frames(of: id, in: reader) : [],
                counts: try await findings.counts(of: id, in: reader),
                reviews: try await reviews.reviews(of: id, in: reader)
            )
        }
        let neighbours = try await images.neighbours(of: known.image, filter)
        let species = known.counts.map(\.species)
        let veil = try await sensitive.veil(for: filter)
        let isOpen = filter.seesBystanders || known.image.isForEverybody
        var frames: [FrameAnswer] = []
        for frame in known.frames {
            let key = isOpen ? frame.objectKey : frame.veiledKey
            frames.append(FrameAnswer(seconds: frame.seconds, url: try await links(key)))
        }
        let detail = ImageDetail(
            // A file as it came may say where it was taken.
            imageURL: try await links(
                known.image.isOriginalOpen(to: filter) && !veil.covers(known.image) ? known.image.objectKey : nil
            ),
            previewURL: try await links(isOpen ? known.image.previewKey : known.image.veiledPreviewKey),
            bytes: known.image.bytes,
            mediaType: known.image.mediaType,
            batteryPercent: known.image.batteryPercent,
            temperatureCelsius: known.image.temperatureCelsius,
            camera: known.camera.map { .init(id: $0.id, code: $0.code, name: $0.name) },
            detections: known.findings.map(DetectionAnswer.init),
            frames: frames,
            counts: known.counts.map(CountAnswer.init),
            reviews: known.reviews.map(ReviewAnswer.init),
            earlier: neighbours.earlier,
            later: neighbours.later
        )
        let answer = try await ImageAnswer(
            known.image,
            species: species,
            links: links,
            seesBystanders: filter.seesBystanders
        )
        return ImageDetailAnswer(answer, detail)
    }
}

extension LookAtImage {
    /// What a sender is told of a file that was taken.
    func response(to outcome: ReceiveFile.Outcome, seesBystanders: Bool) async throws -> Response {
        switch outcome {
        case .report(var camera):
            // Whoever may send need not know where it hangs.
            camera.location = nil
            return try Response.json(CameraAnswer(camera), status: 202)
        case .picture(let receipt):
            let answer = try await answer(receipt.image, seesBystanders: seesBystanders)
            var response = try Response.json(answer, status: receipt.isKnown ? 200 : 201)
            response["Location"] = "/api/v1/images/\(receipt.image.id)"
            return response
        }
    }
}

extension ImageStore {
    /// - Throws: a 404 for one that is not there or not seen: the two look alike.
    func image(_ id: TrapImage.ID, visibleIn reach: Reach, in reader: DatabaseReader) async throws -> TrapImage {
        guard let image = try await image(id, in: reader), reach.sees(image.site) else {
            throw Problem.notFound("There is no picture with this key, or none that you see.")
        }
        return image
    }
}

extension Reach {
    func sees(_ site: Site.ID?) -> Bool { sees(site: site?.uuid) }
}

import Accounts
import Core
import HTTPServer

extension ImageFilter {
    static let camera = Parameter<Camera.ID?>.query("camera_id", "Of this camera.")
    static let site = Parameter<Site.ID?>.query("site_id", "Of this site.")
    static let deployment = Parameter<Deployment.ID?>.query("deployment_id", "Of this deployment.")
    static let from = Parameter<Timestamp?>.query("date_from", "Taken then or later.")
    static let to = Parameter<Timestamp?>.query("date_to", "Taken before then.")
    static let species = Parameter<String?>.query("species", "With this species on it.")
    static let status = Parameter<TrapImage.Status?>.query("status", "How far its reading is.")
    static let contents = Parameter<TrapImage.Contents?>.query("contents", "What was found on it.")
    static let review = Parameter<TrapImage.ReviewState?>.query("review", "What people said of it.")
    static let minConfidence = Parameter<Double?>.query(
        "min_confidence",
        "With a detection of at least this confidence: of that species, where one is named.",
        in: 0...1
    )
    static let timeOfDay = Parameter<TimeOfDay?>.query("time_of_day", "By the camera's clock: night is from 22 to 6.")

    static let kind = Parameter<TrapImage.Kind?>.query("kind", "Pictures alone, or videos alone.")

    static let parameters: [any ParameterDeclaration] = [
        camera, site, deployment, from, to, species, status, contents, review, minConfidence, timeOfDay, kind,
    ]
}

extension Request {
    /// Whether the caller may see people and vehicles on pictures.
    var seesBystanders: Bool { caller?.permissions.contains(.bystanders) ?? false }

    /// What the caller wants to see of what they may see.
    func imageFilter() -> ImageFilter {
        var filter = ImageFilter()
        filter.reach = caller?.reach ?? .nothing
        filter.seesBystanders = seesBystanders
        filter.seesPlaces = seesPlaces
        guard route.parameters.contains(where: { $0.description.name == "camera_id" }), route.method == .get else {
            return filter
        }
        filter.camera = self[ImageFilter.camera]
        filter.site = self[ImageFilter.site]
        filter.deployment = self[ImageFilter.deployment]
        filter.from = self[ImageFilter.from]
        filter.to = self[ImageFilter.to]
        filter.species = self[ImageFilter.species]
        filter.status = self[ImageFilter.status]
        filter.contents = self[ImageFilter.contents]
        filter.review = self[ImageFilter.review]
        filter.minConfidence = self[ImageFilter.minConfidence]
        filter.timeOfDay = self[ImageFilter.timeOfDay]
        filter.kind = self[ImageFilter.kind]
        return filter
    }
}

/// Which part of a list, in which order.
struct ImageListing: Sendable {
    static let page = Parameter<Int>.query(
        "page",
        "Which page, counted from 1; `after` is quicker far from the beginning.",
        default: 1,
        in: 1...1_000_000
    )
    static let sort = Parameter<ImageStore.Sort>.query("sort", "By what.", default: .capturedAt)
    static let order = Parameter<Order>.query("order", "asc for the oldest first.", default: .descending)
    static let parameters: [any ParameterDeclaration] = [Paging.after, page, Paging.limit, sort, order]

    enum Order: String, CaseIterable, Codable, Sendable, ParameterValue {
        case ascending = "asc"
        case descending = "desc"
    }

    let after: String?
    let page: Int
    let limit: Int
    let sort: ImageStore.Sort
    let isDescending: Bool

    init(_ request: Request) {
        after = request[Paging.after]
        page = request[Self.page]
        limit = request[Paging.limit]
        sort = request[Self.sort]
        isDescending = request[Self.order] == .descending
    }
}

extension ImageStore.Sort: ParameterValue {}
extension ImageFilter.TimeOfDay: ParameterValue {}
extension TrapImage.Status: ParameterValue {}
extension TrapImage.Kind: ParameterValue {}
extension TrapImage.Contents: ParameterValue {}
extension TrapImage.ReviewState: ParameterValue {}

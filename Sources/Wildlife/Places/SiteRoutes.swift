import Accounts
import Core
import Database
import HTTPServer

/// The calls about sites.
struct SiteRoutes: Sendable {
    let places: ManagePlaces
    let sensitive: SensitivePlaces

    private static let id = Parameter<Site.ID>.path("id", "Key of the site.")
    private static let missing = Answer.problem(404, "There is no such site, or none that you see.")

    var all: [Route] { [list, add, change, remove] }

    struct SiteAnswer: APIValue {
        let id: Site.ID
        let name: String
        let location: PointAnswer?
        let createdAt: Timestamp

        init(_ site: Site) {
            id = site.id
            name = site.name
            location = site.location.map(PointAnswer.init)
            createdAt = site.createdAt
        }
    }

    struct Page: APIValue {
        let items: [SiteAnswer]
        let next: String?
    }

    struct Wish: APIValue {
        let name: String
        let location: PointAnswer?

        func checked() throws -> (name: String, location: GeoPoint?) {
            (try PlainText.name(name, "name"), try location?.point())
        }
    }

    private var list: Route {
        Route(
            .get,
            "/api/v1/sites",
            summary: "List the sites that you see",
            tags: ImageRoutes.tags,
            parameters: [Paging.after, Paging.limit],
            access: .images,
            quota: "user"
        ) { request in
            let place = try SiteStore.order.place(of: request[Paging.after])
            let reach = request.wildlifeCaller.reach
            let page = try await places.sites.page(within: reach, after: place, limit: request[Paging.limit])
            let veil = try await sensitive.veil(for: request)
            return Page(items: page.sites.map { SiteAnswer(veil($0)) }, next: page.next?.token)
        }
    }

    private var add: Route {
        Route(
            .post,
            "/api/v1/sites",
            summary: "Add a site",
            tags: ImageRoutes.tags,
            body: .json(Wish.self),
            access: .cameras,
            quota: "user",
            status: 201
        ) { request in
            let wish = try request.json(Wish.self).checked()
            let now = places.clock.now()
            let site = Site(id: .next(at: now), name: wish.name, location: wish.location, createdAt: now)
            try await places.add(site, request.wildlifeCaller)
            return SiteAnswer(site)
        }
    }

    private var change: Route {
        Route(
            .put,
            "/api/v1/sites/{id}",
            summary: "Change a site's name and place",
            tags: ImageRoutes.tags,
            parameters: [Self.id],
            body: .json(Wish.self),
            access: .cameras,
            quota: "user",
            answers: [Self.missing]
        ) { request in
            let wish = try request.json(Wish.self).checked()
            return SiteAnswer(
                try await places.change(request[Self.id], request.wildlifeCaller) { site in
                    site.name = wish.name
                    site.location = wish.location
                }
            )
        }
    }

    private var remove: Route {
        Route(
            .delete,
            "/api/v1/sites/{id}",
            summary: "Remove a site that nothing belongs to",
            tags: ImageRoutes.tags,
            parameters: [Self.id],
            access: .cameras,
            quota: "user",
            answers: [.empty(204, "It is gone."), Self.missing, .problem(409, "Something belongs to it.")]
        ) { request in
            try await places.remove(request[Self.id], request.wildlifeCaller)
            return .noContent
        }
    }
}

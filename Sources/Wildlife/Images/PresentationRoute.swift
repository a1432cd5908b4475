import Accounts
import Core
import HTTPServer

/// Tells pages what the settings say about showing pictures and the map.
struct PresentationRoute: Sendable {
    let burstPause: Duration
    let map: WildlifeFeature.MapGround?

    struct Presentation: APIValue {
        let burstPause: Int
        let map: Ground?
        static let notes = [
            "burstPause": "Most seconds between two pictures of one burst.",
            "map": "Where the map's ground comes from; null for a plain grid.",
        ]
    }

    struct Ground: APIValue {
        let tiles: String
        let attribution: String
        let maxZoom: Int
        static let notes = ["tiles": "An address with {z}, {x} and {y}."]
    }

    var route: Route {
        Route(
            .get,
            "/api/v1/presentation",
            summary: "Tell how this server shows pictures and the map of cameras",
            tags: ImageRoutes.tags,
            access: .images,
            quota: "user"
        ) { _ in
            Presentation(
                burstPause: Int(burstPause.components.seconds),
                map: map.map { Ground(tiles: $0.tiles, attribution: $0.attribution, maxZoom: $0.maxZoom) }
            )
        }
    }
}

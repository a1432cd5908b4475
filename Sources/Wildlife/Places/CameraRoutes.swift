import Accounts
import Core
import Database
import HTTPServer

/// A camera as the API shows it.
struct CameraAnswer: APIValue {
    let id: Camera.ID
    let code: String
    let name: String
    let siteID: Site.ID?
    let location: PointAnswer?
    let zone: String
    let make: String?
    let model: String?
    let serial: String?
    let createdAt: Timestamp
    let lastContactAt: Timestamp?
    let lastImageAt: Timestamp?
    let imageCount: Int
    let batteryPercent: Int?
    let temperatureCelsius: Double?
    let storageFreePercent: Int?
    let conditionAt: Timestamp?
    static let notes = [
        "conditionAt": "When battery, temperature and storage were last told, by a picture or a report.",
        "code": "What its pictures, its folder and its account name it by.",
        "zone": "How its clock runs, such as Europe/Berlin.",
    ]

    enum CodingKeys: String, CodingKey {
        case id, code, name, location, zone, make, model, serial, createdAt, lastContactAt, lastImageAt, imageCount
        case batteryPercent, temperatureCelsius, storageFreePercent, conditionAt
        case siteID = "siteId"
    }

    init(_ camera: Camera) {
        id = camera.id
        code = camera.code
        name = camera.name
        siteID = camera.site
        location = camera.location.map(PointAnswer.init)
        zone = camera.zone.name
        make = camera.make
        model = camera.model
        serial = camera.serial
        createdAt = camera.createdAt
        lastContactAt = camera.lastContactAt
        lastImageAt = camera.lastImageAt
        imageCount = camera.imageCount
        batteryPercent = camera.condition.batteryPercent
        temperatureCelsius = camera.condition.temperatureCelsius
        storageFreePercent = camera.condition.storageFreePercent
        conditionAt = camera.condition.at
    }
}

/// The calls about cameras.
struct CameraRoutes: Sendable {
    let places: ManagePlaces
    let look: LookAtImage
    let accounts: CameraAccounts
    let zone: LocalZone
    let sensitive: SensitivePlaces

    private static let id = Parameter<Camera.ID>.path("id", "Key of the camera.")
    private static let missing = Answer.problem(404, "There is no such camera, or none that you see.")
    private static let shown = 10

    var all: [Route] { [list, show, add, change, remove, makePassword] }

    struct Page: APIValue {
        let items: [CameraAnswer]
        let next: String?
    }

    struct Detail: APIValue {
        let camera: CameraAnswer
        let images: [ImageAnswer]
        static let notes = ["images": "The last \(shown)."]
    }

    struct Wish: APIValue {
        let code: String?
        let name: String?
        let siteID: Site.ID?
        let location: PointAnswer?
        let zone: String?
        static let notes = [
            "code": "Letters, digits, dots, dashes and underscores; stays as it is once given.",
            "zone": "The IANA name of how its clock runs; that of the server's settings by default.",
        ]

        enum CodingKeys: String, CodingKey {
            case code, name, location, zone
            case siteID = "siteId"
        }

        /// `nil` when none is given.
        func checkedZone() throws -> LocalZone? {
            guard let zone else { return nil }
            guard let known = LocalZone(zone) else {
                throw Problem.unprocessable(
                    ["body", "zone"],
                    "is no time zone that this server knows, such as Europe/Berlin"
                )
            }
            return known
        }
    }

    private var list: Route {
        Route(
            .get,
            "/api/v1/cameras",
            summary: "List the cameras that you see",
            tags: ImageRoutes.tags,
            parameters: [Paging.after, Paging.limit],
            access: .images,
            quota: "user"
        ) { request in
            let place = try CameraStore.order.place(of: request[Paging.after])
            let reach = request.wildlifeCaller.reach
            let page = try await places.cameras.page(within: reach, after: place, limit: request[Paging.limit])
            let veil = try await sensitive.veil(for: request)
            return Page(items: page.cameras.map { CameraAnswer(veil($0)) }, next: page.next?.token)
        }
    }

    private var show: Route {
        Route(
            .get,
            "/api/v1/cameras/{id}",
            summary: "Show a camera with its last pictures",
            tags: ImageRoutes.tags,
            parameters: [Self.id],
            access: .images,
            quota: "user",
            answers: [Self.missing]
        ) { request in
            let reach = request.wildlifeCaller.reach
            let id = request[Self.id]
            let camera = try await places.cameras.database.read { reader in
                try await places.camera(id, visibleIn: reach, in: reader)
            }
            var filter = request.imageFilter()
            filter.camera = id
            let veil = try await sensitive.veil(for: request)
            return Detail(camera: CameraAnswer(veil(camera)), images: try await look.newest(filter, limit: Self.shown))
        }
    }

    private var add: Route {
        Route(
            .post,
            "/api/v1/cameras",
            summary: "Add a camera",
            tags: ImageRoutes.tags,
            body: .json(Wish.self),
            access: .cameras,
            quota: "user",
            status: 201
        ) { request in
            let wish = try request.json(Wish.self)
            guard let code = wish.code, Camera.isCode(code) else {
                throw Problem.unprocessable(
                    ["body", "code"],
                    "takes 1 to 64 letters, digits, dots, dashes and underscores"
                )
            }
            let now = places.clock.now()
            let camera = Camera(
                id: .next(at: now),
                code: code,
                name: try PlainText.name(wish.name ?? code, "name"),
                site: wish.siteID,
                location: try wish.location?.point(),
                zone: try wish.checkedZone() ?? zone,
                make: nil,
                model: nil,
                serial: nil,
                createdAt: now,
                lastContactAt: nil,
                lastImageAt: nil,
                imageCount: 0
            )
            try await places.add(camera, request.wildlifeCaller)
            return CameraAnswer(camera)
        }
    }

    private var change: Route {
        Route(
            .put,
            "/api/v1/cameras/{id}",
            summary: "Change a camera's name, site, place and clock",
            details:
                "Its code stays. Its pictures that belong to no deployment follow it to its site; their times stay.",
            tags: ImageRoutes.tags,
            parameters: [Self.id],
            body: .json(Wish.self),
            access: .cameras,
            quota: "user",
            answers: [Self.missing]
        ) { request in
            let wish = try request.json(Wish.self)
            let name = try wish.name.map { try PlainText.name($0, "name") }
            let location = try wish.location?.point()
            let zone = try wish.checkedZone()
            return CameraAnswer(
                try await places.change(request[Self.id], request.wildlifeCaller) { camera in
                    camera.name = name ?? camera.name
                    camera.site = wish.siteID
                    camera.location = location
                    camera.zone = zone ?? camera.zone
                }
            )
        }
    }

    struct UploadAccount: APIValue {
        let account: String
        let password: String
        static let notes = ["password": "Shown this once; the camera's earlier one is taken no more."]
    }

    private var makePassword: Route {
        Route(
            .post,
            "/api/v1/cameras/{id}/upload-password",
            summary: "Give a camera a new password for its uploads by FTP",
            tags: ImageRoutes.tags,
            parameters: [Self.id],
            access: .cameras,
            quota: "user",
            status: 201,
            answers: [Self.missing]
        ) { request in
            let caller = request.wildlifeCaller
            let camera = try await places.cameras.database.read { reader in
                try await places.camera(request[Self.id], visibleIn: caller.reach, in: reader)
            }
            return UploadAccount(account: camera.code, password: try await accounts.renew(camera, caller))
        }
    }

    private var remove: Route {
        Route(
            .delete,
            "/api/v1/cameras/{id}",
            summary: "Remove a camera without pictures",
            tags: ImageRoutes.tags,
            parameters: [Self.id],
            access: .cameras,
            quota: "user",
            answers: [.empty(204, "It is gone."), Self.missing, .problem(409, "It has pictures or deployments.")]
        ) { request in
            try await places.remove(request[Self.id], request.wildlifeCaller)
            return .noContent
        }
    }
}

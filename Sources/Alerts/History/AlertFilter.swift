import Accounts
import Core
import Database
import HTTPServer

/// Which alerts somebody wants to see.
struct AlertFilter: Sendable {
    let reach: Reach
    let seesServer: Bool
    var state: Alert.State?
    var kind: AlertKind?
    var site: UUIDv7?
    var camera: UUIDv7?
    var from: Timestamp?
    var to: Timestamp?

    init(_ caller: Caller) {
        reach = caller.reach
        seesServer = caller.seesServer
    }

    var conditions: SQLConditions {
        var conditions = SQLConditions()
        conditions.demand("site_id", isIn: reach)
        if !seesServer { conditions.demand("kind <> 'system'") }
        conditions.demand(state.map { .text($0.rawValue) }) { "state = \($0)" }
        conditions.demand(kind.map { .text($0.rawValue) }) { "kind = \($0)" }
        conditions.demand(site.map { .uuid($0) }) { "site_id = \($0)" }
        conditions.demand(camera.map { .uuid($0) }) { "camera_id = \($0)" }
        conditions.demand(from.map { .timestamp($0) }) { "raised_at >= \($0)" }
        conditions.demand(to.map { .timestamp($0) }) { "raised_at < \($0)" }
        return conditions
    }

    func sees(_ alert: Alert) -> Bool { reach.sees(site: alert.site) && (alert.kind != .system || seesServer) }
}

extension AlertFilter {
    private static let state = Parameter<Alert.State?>.query("state", "How far it is.")
    private static let kind = Parameter<AlertKind?>.query("kind", "What it is about.")
    private static let site = Parameter<UUIDv7?>.query("site_id", "Key of a site.")
    private static let camera = Parameter<UUIDv7?>.query("camera_id", "Key of a camera.")
    private static let from = Parameter<Timestamp?>.query("date_from", "Raised at this time or later.")
    private static let to = Parameter<Timestamp?>.query("date_to", "Raised before this time.")

    static let parameters: [any ParameterDeclaration] = [state, kind, site, camera, from, to]

    init(_ request: Request) throws {
        self.init(try request.alertsCaller())
        state = request[Self.state]
        kind = request[Self.kind]
        site = request[Self.site]
        camera = request[Self.camera]
        from = request[Self.from]
        to = request[Self.to]
    }
}

extension Alert.State: ParameterValue {}
extension AlertKind: ParameterValue {}

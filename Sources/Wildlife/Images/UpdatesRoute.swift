import Accounts
import Core
import HTTPServer
import Observations

/// The WebSocket on which pages hear what happens to pictures.
struct UpdatesRoute: Sendable {
    let signals: any SignalBus

    private static let depth = 256

    var route: Route {
        .webSocket(
            "/api/v1/updates",
            summary: "Hear what happens to pictures, as it happens",
            details: """
                Each text message is a JSON object with event. For image_ingested, detection_complete, image_failed and \
                image_reviewed there are image_id, camera_id, filename, contents and species; for alert_raised, which \
                those with the permission alerts hear, alert_id, kind, severity, title, camera_id and image_id. After \
                missed, read the list anew.
                """,
            tags: ImageRoutes.tags,
            access: .images
        ) { socket, request in
            let reach = request.caller?.reach ?? .nothing
            let permissions = request.caller?.permissions ?? []
            let events = await signals.subscribe(to: Updates.topic, depth: Self.depth)
            let alerts = await signals.subscribe(to: AlertRaised.topic, depth: Self.depth)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { for try await _ in socket.messages {} }
                group.addTask {
                    for await event in events {
                        if let text = Self.text(event, within: reach) { try await socket.send(text) }
                    }
                }
                group.addTask {
                    for await event in alerts {
                        let text = Self.alertText(event, within: reach, permissions)
                        if let text { try await socket.send(text) }
                    }
                }
                // Whichever ends first, the client or the bus, ends the other.
                defer { group.cancelAll() }
                try await group.next()
            }
        }
    }

    private struct Message: Codable {
        let event: String
        let imageID: TrapImage.ID
        let cameraID: Camera.ID?
        let filename: String
        let contents: TrapImage.Contents
        let species: [String]

        enum CodingKeys: String, CodingKey {
            case event, filename, contents, species
            case imageID = "imageId"
            case cameraID = "cameraId"
        }
    }

    private struct AlertMessage: Encodable {
        let event = "alert_raised"
        let alertID: UUIDv7
        let kind: String
        let severity: String
        let title: String
        let cameraID: UUIDv7?
        let imageID: UUIDv7?

        enum CodingKeys: String, CodingKey {
            case event, kind, severity, title
            case alertID = "alertId"
            case cameraID = "cameraId"
            case imageID = "imageId"
        }
    }

    private static func alertText(
        _ event: SignalEvent,
        within reach: Reach,
        _ permissions: Set<Permission>
    ) -> String? {
        guard permissions.contains(.alerts) else { return nil }
        guard case .message(let bytes) = event else { return missed }
        guard let alert = try? JSON.decode(AlertRaised.self, from: bytes), reach.sees(site: alert.site),
            !alert.isAboutServer || permissions.contains(.server)
        else { return nil }
        let message = AlertMessage(
            alertID: alert.alert,
            kind: alert.kind,
            severity: alert.severity,
            title: alert.title,
            cameraID: alert.camera,
            imageID: alert.image
        )
        return (try? JSON.encode(message)).map { String(decoding: $0, as: UTF8.self) }
    }

    private static let missed = #"{"event": "missed"}"#

    private static func text(_ event: SignalEvent, within reach: Reach) -> String? {
        guard case .message(let bytes) = event else { return missed }
        guard let update = try? JSON.decode(Updates.Update.self, from: bytes), reach.sees(update.site) else {
            return nil
        }
        let message = Message(
            event: update.event.rawValue,
            imageID: update.image,
            cameraID: update.camera,
            filename: update.filename,
            contents: update.contents,
            species: update.species
        )
        return (try? JSON.encode(message)).map { String(decoding: $0, as: UTF8.self) }
    }
}

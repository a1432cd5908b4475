import Accounts
import Core
import HTTPServer

/// The WebSocket on which pages hear what happens to pictures.
struct UpdatesRoute: Sendable {
    let signals: any SignalBus

    private static let depth = 256

    var route: Route {
        .webSocket(
            "/api/v1/updates",
            summary: "Hear what happens to pictures, as it happens",
            details: """
                Each text message is a JSON object with event (image_ingested, detection_complete, image_failed, \
                image_reviewed or missed), image_id, camera_id, filename, contents and species. After missed, read the list \
                anew.
                """,
            tags: ImageRoutes.tags,
            access: .images
        ) { socket, request in
            let reach = request.caller?.reach ?? .nothing
            let events = await signals.subscribe(to: Updates.topic, depth: Self.depth)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { for try await _ in socket.messages {} }
                group.addTask {
                    for await event in events {
                        if let text = Self.text(event, within: reach) { try await socket.send(text) }
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

    private static func text(_ event: SignalEvent, within reach: Reach) -> String? {
        guard case .message(let bytes) = event else { return #"{"event": "missed"}"# }
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

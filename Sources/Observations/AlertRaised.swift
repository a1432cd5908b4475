package import Core

/// An alert was raised: a signal for pages that are open.
package struct AlertRaised: Codable, Sendable {
    package static let topic: SignalTopic = "alerts.raised"

    package let alert: UUIDv7
    package let kind: String
    package let severity: String
    package let title: String
    package let site: UUIDv7?
    package let camera: UUIDv7?
    package let image: UUIDv7?
    /// Whether it is about the server itself, and so for those who look after it.
    package let isAboutServer: Bool

    package init(
        alert: UUIDv7,
        kind: String,
        severity: String,
        title: String,
        site: UUIDv7?,
        camera: UUIDv7?,
        image: UUIDv7?,
        isAboutServer: Bool
    ) {
        self.alert = alert
        self.kind = kind
        self.severity = severity
        self.title = title
        self.site = site
        self.camera = camera
        self.image = image
        self.isAboutServer = isAboutServer
    }
}

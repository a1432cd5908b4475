import Core
import HTTPServer

/// What Alertmanager sends to a webhook, in version 4 of that format; its keys are not ours.
struct AlertmanagerMessage: APIValue, SchemaDescribing {
    let version: String
    let alerts: [Entry]

    struct Entry: Codable, Sendable {
        enum Status: String, Codable, Sendable { case firing, resolved }

        let status: Status
        let labels: [String: String]
        let annotations: [String: String]?
        let startsAt: Timestamp?
        let fingerprint: String
    }

    static let most = 500
    private static let longestText = 2_000

    static var schema: Schema {
        let texts = Schema.dictionary(.string())
        let entry = Schema.object(
            [
                ("status", .choice(["firing", "resolved"])), ("labels", texts), ("annotations", texts),
                ("startsAt", .string(format: "date-time")), ("fingerprint", .string(maxLength: 64)),
            ],
            required: ["status", "labels", "fingerprint"]
        )
        return .object(
            [("version", .choice(["4"])), ("alerts", .array(entry, maxItems: most))],
            required: ["version", "alerts"]
        )
    }

    static var sample: AlertmanagerMessage { AlertmanagerMessage(version: "4", alerts: []) }

    /// - Throws: a 422 for what is no message of this version, or a larger one than is taken.
    func checked() throws -> [Entry] {
        guard version == "4" else { throw Problem.unprocessable(["body", "version"], "is not 4") }
        guard alerts.count <= Self.most else {
            throw Problem.unprocessable(["body", "alerts"], "has more than \(Self.most) entries")
        }
        for (position, entry) in alerts.enumerated() {
            let isName = entry.fingerprint.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            guard isName, (1...64).contains(entry.fingerprint.utf8.count) else {
                throw Problem.unprocessable(
                    ["body", "alerts", "\(position)", "fingerprint"],
                    "takes 1 to 64 letters, digits and signs"
                )
            }
        }
        return alerts
    }
}

extension AlertmanagerMessage.Entry {
    /// As one of ours.
    func news(at now: Timestamp) -> SystemAlerts.News {
        let name = labels["alertname"] ?? "Alert"
        let hidden: Set<String> = ["alertname", "severity"]
        let where_ = labels.filter { !hidden.contains($0.key) }.sorted { $0.key < $1.key }.prefix(20)
            .map { "\($0.key): \($0.value)" }.joined(separator: ", ")
        let said = annotations?["description"] ?? annotations?["message"] ?? ""
        let details = [said, where_].filter { !$0.isEmpty }.joined(separator: "\n")
        return SystemAlerts.News(
            key: key,
            severity: severity,
            title: PlainText.clean(annotations?["summary"] ?? name, limit: 200).nonEmpty ?? "Alert",
            details: PlainText.clean(details, limit: 2_000),
            // A clock that is wrong over there must not put an alert into another year.
            happenedAt: startsAt.flatMap { $0 <= now && now - $0 < .seconds(365 * 86_400) ? $0 : nil } ?? now
        )
    }

    var key: String { "alertmanager \(fingerprint)" }

    private var severity: Severity {
        switch labels["severity"]?.lowercased() {
        case "critical", "page", "error", "emergency": .critical
        case "info", "none", "notice", "debug": .info
        default: .warning
        }
    }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}

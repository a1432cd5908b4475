import Core
import Database
import JobQueue
import Observations

/// Writes an alert down together with the work of telling it.
struct RaiseAlert: Sendable {
    let alerts: AlertStore
    let deliveries: DeliveryStore
    let channels: ChannelStore
    let queue: JobQueue
    let signals: any SignalBus
    /// By whose clocks days and hours begin.
    let zone: LocalZone

    /// What is told at once goes into a digest when a channel has had so many in an hour.
    static let mostAtOnce = 30

    /// False when it was raised before.
    @discardableResult
    func callAsFunction(_ alert: Alert, telling rules: [Rule], in tx: Transaction) async throws -> Bool {
        guard try await alerts.insert(alert, in: tx) else { return false }
        for rule in rules {
            for channel in rule.channels { try await order(alert, rule, channel, in: tx) }
        }
        let signal = AlertRaised(
            alert: alert.id.uuid,
            kind: alert.kind.rawValue,
            severity: alert.severity.rawValue,
            title: alert.title,
            site: alert.site,
            camera: alert.camera,
            image: alert.image,
            isAboutServer: alert.kind == .system
        )
        try await signals.publish(JSON.encode(signal), to: AlertRaised.topic, with: tx)
        return true
    }

    private func order(_ alert: Alert, _ rule: Rule, _ channel: Channel.ID, in tx: Transaction) async throws {
        guard let name = try await channels.name(channel, in: tx) else { return }
        let now = alert.raisedAt
        var pace = rule.pace
        if pace == .atOnce {
            let recent = try await deliveries.count(of: rule.id, through: channel, since: now - .seconds(3_600), in: tx)
            if recent >= Self.mostAtOnce { pace = .hourly }
        }
        let batch: DeliveryBatch.ID? = pace == .atOnce ? .next(at: now) : nil
        let delivery = Delivery(
            id: .next(at: now),
            alert: alert.id,
            rule: rule.id,
            channel: channel,
            channelName: name,
            state: batch == nil ? .waiting : .pending,
            dueAt: pace.due(after: now, in: zone),
            batch: batch,
            attempts: 0,
            cause: nil,
            createdAt: now,
            sentAt: nil
        )
        try await deliveries.insert(delivery, in: tx)
        if let batch { try await queue.enqueue(SendBatch.kind, batch, in: tx) }
    }
}

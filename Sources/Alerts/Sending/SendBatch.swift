import Core
import Database
import JobQueue
import Observations

/// Sends what a batch holds; killed at any time it is sent again under the same id, and never lost.
struct SendBatch: Sendable {
    static let kind = JobKind<DeliveryBatch.ID>(
        "alerts.send",
        JobPolicy(
            queue: "alerts",
            priority: .urgent,
            width: 8,
            timeLimit: .seconds(180),
            retries: [.seconds(30), .seconds(120), .seconds(600), .seconds(3_600), .seconds(6 * 3_600)]
        )
    )

    /// A digest names no more than so many different things.
    private static let mostGroups = 200

    let alerts: AlertStore
    let deliveries: DeliveryStore
    let channels: ChannelStore
    let rules: RuleStore
    let authority: RuleAuthority
    let watch: any CameraWatch
    let send: SendNotice
    let zone: LocalZone
    let clock: WallClock

    private var database: Database { deliveries.database }

    func callAsFunction(_ batch: DeliveryBatch.ID, _ job: JobContext) async throws {
        guard let (notice, channel) = try await prepare(batch) else { return }
        guard let channel else { throw JobFault.hopeless("the channel was removed") }
        do {
            try await send(notice, through: channel)
        } catch let fault as SendFault {
            try await database.write { tx in try await deliveries.noteFailure(batch, cause: fault.cause, in: tx) }
            throw fault.isHopeless ? JobFault.hopeless(fault.cause) : fault
        }
        try await database.write { tx in
            try await deliveries.setSent(batch, at: clock.now(), in: tx)
            try await job.finish(in: tx)
        }
    }

    func giveUp(_ batch: DeliveryBatch.ID, _ cause: String, in tx: Transaction) async throws {
        try await deliveries.setFailed(batch, cause: cause, in: tx)
    }

    private func prepare(_ batch: DeliveryBatch.ID) async throws -> (notice: Notice, channel: Channel?)? {
        let now = clock.now()
        typealias Found = (notice: Notice, channel: Channel?, disclosure: Disclosure)
        let found = try await database.read { reader -> Found? in
            guard let held = try await deliveries.batch(batch, in: reader) else { return nil }
            var channel: Channel?
            if let id = held.channel { channel = try await channels.channel(id, in: reader) }
            if held.count > 1 {
                let groups = try await deliveries.groups(of: batch, limit: Self.mostGroups, in: reader)
                return (.digest(groups, of: held.count, id: batch, at: now, in: zone), channel, .words)
            }
            guard let alert = try await alerts.alert(held.first, in: reader) else { return nil }
            let disclosure = try await disclosure(of: alert, held.rule, channel, in: reader)
            return (.about(alert, picture: nil, id: batch), channel, disclosure)
        }
        guard let found else { return nil }
        var notice = found.notice
        let place = try await place(of: notice.alert, found.disclosure)
        notice.alert?.place = place
        if found.disclosure >= .pictures { notice.picture = try await picture(of: notice.alert) }
        return (notice, found.channel)
    }

    private func disclosure(
        of alert: Alert,
        _ id: Rule.ID?,
        _ channel: Channel?,
        in reader: DatabaseReader
    ) async throws -> Disclosure {
        guard let id, let channel, let rule = try await rules.rule(id, in: reader) else { return .words }
        return try await authority.disclosure(of: rule, through: channel, at: alert.site, in: reader)
    }

    /// What is known of a camera's place is asked when it is told: a sensitive species may have come since.
    private func place(of alert: Alert?, _ disclosure: Disclosure) async throws -> Coordinates? {
        guard disclosure < .places else { return alert?.place }
        guard disclosure == .pictures, let camera = alert?.camera, let place = alert?.place else { return nil }
        return try await watch.openPlace(of: camera, at: place)
    }

    /// A picture that cannot be had is no reason to keep quiet.
    private func picture(of alert: Alert?) async throws -> [UInt8]? {
        guard let image = alert?.image else { return nil }
        do {
            return try await watch.picture(of: image)
        } catch {
            try Task.checkCancellation()
            return nil
        }
    }
}

/// Puts together what waits for a digest, and has it sent.
struct GatherDigests: Sendable {
    struct Turn: Codable, Sendable {}

    static let kind = JobKind<Turn>(
        "alerts.gather-digests",
        JobPolicy(queue: "alerts", width: 1, timeLimit: .seconds(60), retries: [])
    )

    private static let atOnce = 500

    let deliveries: DeliveryStore
    let queue: JobQueue
    let clock: WallClock

    func callAsFunction() async throws {
        var count = Self.atOnce
        while count == Self.atOnce {
            count = try await deliveries.database.write { tx in
                try await tx.lock("alert digests")
                let now = clock.now()
                let due = try await deliveries.due(at: now, limit: Self.atOnce, in: tx)
                for one in due {
                    let batch = DeliveryBatch.ID.next(at: now)
                    try await deliveries.gather(one, into: batch, at: now, in: tx)
                    try await queue.enqueue(SendBatch.kind, batch, in: tx)
                }
                return due.count
            }
        }
    }
}

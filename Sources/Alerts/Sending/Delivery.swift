import Core

/// One alert on its way through one channel.
struct Delivery: Sendable {
    typealias ID = Identifier<Delivery>

    enum State: String, CaseIterable, Codable, Sendable {
        /// For a digest.
        case waiting
        /// A job sends it, perhaps not for the first time.
        case pending
        case sent, failed
    }

    let id: ID
    let alert: Alert.ID
    let rule: Rule.ID?
    let channel: Channel.ID?
    let channelName: String
    let state: State
    let dueAt: Timestamp
    let batch: DeliveryBatch.ID?
    let attempts: Int
    /// Why the last attempt failed.
    let cause: String?
    let createdAt: Timestamp
    let sentAt: Timestamp?
}

/// What leaves as one: an alert, or a digest of many.
enum DeliveryBatch {
    typealias ID = Identifier<DeliveryBatch>
}

extension Rule.Pace {
    /// The hour of the day at which daily digests leave.
    static let morning: Int64 = 7

    /// When it is to leave that was raised at a moment, by the clocks of a zone.
    func due(after moment: Timestamp, in zone: LocalZone) -> Timestamp {
        let hour: Int64 = 3_600_000_000
        let wall = zone.wall(at: moment).microseconds
        let due: Int64
        switch self {
        case .atOnce: return moment
        case .hourly: due = (wall.quotientAndRemainder(flooringBy: hour).quotient + 1) * hour
        case .daily:
            let morning = wall.quotientAndRemainder(flooringBy: 24 * hour).quotient * 24 * hour + Self.morning * hour
            due = morning > wall ? morning : morning + 24 * hour
        }
        // In the night in which clocks go back an hour comes twice: it must not be due before it was raised.
        let time = zone.moment(ofWall: Timestamp(microseconds: due))
        return time > moment ? time : time + .seconds(3_600)
    }
}

extension LocalZone {
    /// A moment as a clock on the wall shows it: `2026-05-14 09:12`.
    func words(_ moment: Timestamp) -> String {
        String(wall(at: moment).description.prefix(16)).replacing("T", with: " at ")
    }
}

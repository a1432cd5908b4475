package import Core

/// One piece of work that is to be done later, at least once.
package enum Job {
    package typealias ID = Identifier<Job>

    /// Where it stands; what is done is no longer in the table.
    package enum State: String, Sendable, CaseIterable, Codable {
        case ready
        /// Until its time has come.
        case delayed
        case running
        /// All attempts failed: it waits for a person.
        case dead
    }
}

/// A job that a worker holds.
struct ClaimedJob: Sendable {
    let id: Job.ID
    let kind: String
    let payload: [UInt8]
    /// Counted from 1.
    let attempt: Int
    let enqueuedAt: Timestamp
}

/// A job that failed too often, as the operator sees it.
package struct DeadJob: Sendable {
    package let id: Job.ID
    package let kind: String
    /// JSON.
    package let payload: [UInt8]
    package let attempts: Int
    package let cause: String
    package let enqueuedAt: Timestamp
    package let failedAt: Timestamp
}

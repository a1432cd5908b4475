/// Why a job cannot be carried out, in words for the operator.
package enum JobFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// No further attempt can help: the job is dead at once.
    case hopeless(String)
    /// Somebody else has the job by now: what this attempt did must not count.
    case leaseLost
    case tookTooLong(limit: Duration)
    /// An equal job waits or runs.
    case notUnique
    /// There is no such job among the dead ones.
    case unknown

    package var description: String {
        switch self {
        case .hopeless(let reason): reason
        case .leaseLost: "another worker took the job over"
        case .tookTooLong(let limit): "it took longer than \(limit.components.seconds) s and was cancelled"
        case .notUnique: "an equal job waits or runs already"
        case .unknown: "there is no such failed job; it may have been retried or discarded"
        }
    }
}

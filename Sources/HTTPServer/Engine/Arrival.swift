internal import Core

/// A request whose head has been read, with what is needed to answer, log and count it.
struct Arrival: Sendable {
    let method: String
    let target: Target?
    let headers: Headers
    let id: String
    let trace: TraceContext?
    let client: ClientAddress
    let isLocal: Bool
    let isSecure: Bool
    let start: Monotonic
    let framing: Framing
    let intake: Exchange.Intake
    let route: Route?
    let pathValues: [String: String]
    let isHead: Bool

    /// What log lines call the path: never with secrets.
    var loggedTarget: String {
        guard let target else { return "" }
        return target.query.isEmpty ? target.path : target.path + "?" + target.redactedQuery
    }
}

/// What an exchange asks of the engine it runs in.
protocol ExchangeOwner: Sendable {
    var isStopping: Bool { get }
    var drainBytes: Int { get }
    func offer(_ exchange: Exchange) -> Bool
    func answer(to problem: Problem, _ arrival: Arrival) -> FinishedAnswer
    var memory: MemoryAccount { get }
}

import CPostgres
import Core
import Glibc

/// One connection of libpq, driven without its blocking calls; owned by one actor and used on its queue only.
@safe final class PostgresLink {
    enum Command {
        /// A statement without values, such as `COMMIT`.
        case text(String)
        case prepare(name: String, sql: String, types: [UInt32])
        case execute(name: String, [PostgresParameter])
        /// A statement with values that is not worth preparing.
        case ask(String, [PostgresParameter])
    }

    /// What a batch came to: the results up to the first failure, and that failure.
    struct Outcome {
        fileprivate(set) var results: [PostgresResult] = []
        fileprivate(set) var failure: (state: String, fault: DatabaseFault)?
    }

    private let handle: OpaquePointer
    private let canceller: PostgresCanceller
    /// An answer that takes longer counts as a lost connection; `nil` waits for as long as it takes.
    var patience: Duration?

    private init(_ handle: OpaquePointer, _ canceller: PostgresCanceller) {
        unsafe self.handle = handle
        self.canceller = canceller
    }

    deinit {
        unsafe canceller.attach(nil)
        unsafe PQfinish(handle)
    }

    /// Logs in.
    ///
    /// - Throws: `PostgresRefusal`, or `CancellationError`.
    static func connect(_ address: PostgresAddress, canceller: PostgresCanceller) throws -> PostgresLink {
        let names = address.keywords.keys.sorted()
        let values = names.map { address.keywords[$0] ?? "" }
        let opened = unsafe withCStrings(names) { names in
            unsafe withCStrings(values) { values in unsafe PQconnectStartParams(names, values, 0) }
        }
        guard let opened = unsafe opened else {
            throw PostgresRefusal(fault: DatabaseFault(.unavailable, "no memory for a connection"), isPassing: true)
        }
        let link = unsafe PostgresLink(opened, canceller)
        // Notices, such as "relation exists, skipping", would go to standard error.
        _ = unsafe PQsetNoticeReceiver(opened, { _, _ in }, nil)
        // The long form of an error tells its code, which says whether to try again.
        _ = unsafe PQsetErrorVerbosity(opened, PQERRORS_VERBOSE)
        try link.logIn(until: .now + address.pool.connectLimit)
        _ = unsafe PQsetErrorVerbosity(opened, PQERRORS_DEFAULT)
        _ = unsafe PQsetnonblocking(opened, 1)
        unsafe canceller.attach(PQgetCancel(opened))
        return link
    }

    var serverVersion: Int { Int(unsafe PQserverVersion(handle)) }
    var isInTransaction: Bool { unsafe PQtransactionStatus(handle) != PQTRANS_IDLE }

    /// Whether the server has not hung up: costs no round trip.
    var isAlive: Bool {
        guard unsafe PQstatus(handle) == CONNECTION_OK else { return false }
        var entry = pollfd(fd: unsafe PQsocket(handle), events: Int16(POLLIN), revents: 0)
        // Nobody asked anything: this is a notice, or a last word and then the end.
        while unsafe poll(&entry, 1, 0) > 0 {
            guard unsafe PQconsumeInput(handle) == 1, unsafe PQstatus(handle) == CONNECTION_OK else { return false }
            // Takes the message out of the buffer.
            _ = unsafe PQisBusy(handle)
        }
        return true
    }

    /// Sends all commands at once and waits for all answers; what follows a failure is not run.
    ///
    /// - Throws: `unavailable` when the connection is lost.
    func run(_ commands: [Command]) throws -> Outcome {
        guard unsafe PQenterPipelineMode(handle) == 1 else { throw lost() }
        for command in commands { try send(command) }
        guard unsafe PQpipelineSync(handle) == 1 else { throw lost() }
        var outcome = Outcome()
        while true {
            guard let result = try unsafe nextResult() else { continue }
            if unsafe PQresultStatus(result) == PGRES_PIPELINE_SYNC {
                unsafe PQclear(result)
                break
            }
            unsafe note(result, in: &outcome)
        }
        guard unsafe PQexitPipelineMode(handle) == 1 else { throw lost() }
        return outcome
    }

    /// Runs several statements without values, in one transaction if none is open.
    func run(script: String) throws -> Outcome {
        guard unsafe PQsendQuery(handle, script) == 1 else { throw lost() }
        var outcome = Outcome()
        while let result = try unsafe nextResult() { unsafe note(result, in: &outcome) }
        return outcome
    }

    /// The text of the next notification, `nil` when none comes in this time.
    func notification(within limit: Duration) throws -> String? {
        let deadline = ContinuousClock.now + limit
        while true {
            if let notification = unsafe PQnotifies(handle) {
                defer { unsafe PQfreemem(notification) }
                return unsafe String(cString: notification.pointee.extra)
            }
            let rest = (deadline - .now).microseconds
            guard rest > 0 else { return nil }
            var entry = pollfd(fd: unsafe PQsocket(handle), events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&entry, 1, Int32(clamping: (rest + 999) / 1_000)) > 0 else { continue }
            guard unsafe PQconsumeInput(handle) == 1, unsafe PQstatus(handle) == CONNECTION_OK else { throw lost() }
        }
    }

    /// For other threads, which may end what this one waits for.
    func makeWire() -> Wire { Wire(unsafe PQsocket(handle)) }

    private func note(_ raw: OpaquePointer, in outcome: inout Outcome) {
        let result = unsafe PostgresResult(raw: raw)
        guard outcome.failure == nil else { return }
        outcome.failure = result.fault
        if outcome.failure == nil { outcome.results.append(result) }
    }

    private func send(_ command: Command) throws {
        let isSent =
            switch command {
            case .text(let sql): unsafe PQsendQueryParams(handle, sql, 0, nil, nil, nil, nil, 1)
            case .prepare(let name, let sql, let types):
                unsafe PQsendPrepare(handle, name, sql, Int32(types.count), types)
            case .execute(let name, let parameters):
                unsafe withPointers(to: parameters) { values, lengths, formats in
                    unsafe PQsendQueryPrepared(handle, name, Int32(parameters.count), values, lengths, formats, 1)
                }
            case .ask(let sql, let parameters):
                unsafe withPointers(to: parameters) { values, lengths, formats in
                    let types = parameters.map(\.type)
                    return unsafe PQsendQueryParams(handle, sql, Int32(types.count), types, values, lengths, formats, 1)
                }
            }
        guard isSent == 1 else { throw lost() }
    }

    /// `nil` between the answers to two commands.
    private func nextResult() throws -> OpaquePointer? {
        let started = ContinuousClock.now
        var isWriting = unsafe PQflush(handle) == 1
        while unsafe PQisBusy(handle) != 0 {
            try wait(forWriting: isWriting)
            if let patience, .now - started > patience { throw DatabaseFault.lost("it did not answer in time") }
            guard unsafe PQconsumeInput(handle) == 1 else { throw lost() }
            isWriting = unsafe PQflush(handle) == 1
        }
        if let result = unsafe PQgetResult(handle) { return unsafe result }
        guard unsafe PQstatus(handle) == CONNECTION_OK else { throw lost() }
        return nil
    }

    private func wait(forWriting isWriting: Bool) throws {
        let events = isWriting ? POLLIN | POLLOUT : POLLIN
        var entry = pollfd(fd: unsafe PQsocket(handle), events: Int16(events), revents: 0)
        if unsafe poll(&entry, 1, 500) == 0 { try canceller.insist() }
    }

    private func logIn(until deadline: ContinuousClock.Instant) throws {
        var events = POLLOUT
        guard unsafe PQstatus(handle) != CONNECTION_BAD else { throw refusal() }
        while true {
            try Task.checkCancellation()
            guard .now < deadline else {
                throw PostgresRefusal(fault: .lost("it did not answer in time"), isPassing: true)
            }
            var entry = pollfd(fd: unsafe PQsocket(handle), events: Int16(events), revents: 0)
            guard unsafe poll(&entry, 1, 200) != 0 else { continue }
            switch unsafe PQconnectPoll(handle) {
            case PGRES_POLLING_OK: return
            case PGRES_POLLING_READING: events = POLLIN
            case PGRES_POLLING_WRITING: events = POLLOUT
            default: throw refusal()
            }
        }
    }

    private func lost() -> DatabaseFault { .lost(message.isEmpty ? "without a reason" : message) }

    private func refusal() -> PostgresRefusal { PostgresRefusal(libpq: message) }

    private var message: String { unsafe PQerrorMessage(handle).map { unsafe String(cString: $0) } ?? "" }
}

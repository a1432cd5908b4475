internal import Core
internal import Glibc
internal import Synchronization

/// What happens between the sockets and the tasks: heads are judged, requests handed over, answers sent and counted.
///
/// Its methods are called on libmicrohttpd's threads and on the watching one, and never wait.
final class Engine: ExchangeOwner, Sendable {
    let configuration: ServerConfiguration
    let inbox: Inbox
    let connections: Connections
    private let router: Router
    private let finisher: Finisher
    private let proxies: AddressList
    let watch: PeerWatch
    let webSockets: WebSocketSessions
    private let record: RequestRecord
    private let log: Log
    let memory: MemoryAccount
    private let stopping = Atomic<Bool>(false)
    private let draining = Atomic<Bool>(false)

    init(
        configuration: ServerConfiguration,
        router: Router,
        finisher: Finisher,
        watch: PeerWatch,
        record: RequestRecord,
        log: Log
    ) throws {
        self.configuration = configuration
        self.router = router
        self.finisher = finisher
        self.watch = watch
        self.record = record
        self.log = log
        inbox = Inbox(width: configuration.inFlight)
        memory = MemoryAccount(limit: configuration.bodyMemory)
        webSockets = WebSocketSessions(limit: configuration.webSockets)
        proxies = try AddressList(configuration.trustedProxies)
        connections = Connections(limitPerAddress: configuration.connectionsPerAddress, exempt: proxies)
    }

    // MARK: Connections

    func admits(_ client: ClientAddress) -> Bool {
        let isAdmitted = connections.admits(client)
        if !isAdmitted { record.refusedConnection() }
        return isAdmitted
    }

    /// A client that was admitted found no place after all.
    func refused(_ client: ClientAddress) {
        connections.release(client)
        record.refusedConnection()
    }

    func opened(client: ClientAddress, socket: Int32) -> Connection {
        let connection = Connection(
            id: connections.nextID(),
            client: client,
            socket: socket,
            isTLS: configuration.tls != nil
        )
        connections.insert(connection)
        watch.watch(socket, id: connection.id)
        record.connections(1)
        return connection
    }

    func closed(_ connection: Connection) {
        connection.closed { watch.forget($0) }
        connections.remove(connection)
        record.connections(-1)
    }

    /// Something happened on a watched socket.
    func happened(_ event: PeerWatch.Event) {
        if event.id & WebSocketSessions.mark != 0 {
            webSockets[event.id]?.ready(isReadable: event.isReadable, isGone: event.isGone)
        } else if event.isGone {
            connections[event.id]?.left()?.clientLeft()
        }
    }

    func tick() {
        let now = Monotonic.now()
        for session in webSockets.all { session.tick(now) }
        for connection in connections.all {
            switch connection.lateness(now, headTime: configuration.headTime, idleTime: configuration.idleTime) {
            case .none: break
            case .idle: connection.shutDown()
            case .head: connection.sendBare(bareAnswer(to: Self.slowHead), closing: .both)
            }
            connection.nudge()
            if let problem = connection.exchange?.sweep(now) {
                connection.sendBare(bareAnswer(to: problem), closing: .both)
            }
        }
    }

    private static let slowHead = Problem(408, "too-slow", "The head of the request came too slowly.")

    // MARK: Requests

    /// The head has come: refuse it, answer it at once, or take it on.
    ///
    /// `false` closes the connection.
    func begin(_ head: RawHead, _ owner: Connection, _ connection: OpaquePointer) -> Bool {
        guard !isStopping else { return false }
        let (arrival, answer) = judge(head, owner)
        // What is queued in the library's first call ends the connection, and so does a suspension there; the second call
        // follows at once.
        if let answer, answer.closesConnection || arrival.framing.expectsContinue {
            record.answered(arrival, status: answer.status, sent: answer.length, received: 0, hasClientLeft: false)
            return unsafe Reply.queue(answer, for: nil, on: connection)
        }
        let exchange = unsafe Exchange(arrival: arrival, connection: connection, answer: answer, engine: self)
        owner.take(exchange)
        guard arrival.framing.hasBody else { return true }
        if answer == nil, case .stream = arrival.intake { exchange.dispatch() }
        return true
    }

    /// `false` closes the connection.
    func proceed(
        _ owner: Connection,
        _ connection: OpaquePointer,
        _ piece: UnsafeRawBufferPointer,
        _ taken: inout Int
    ) -> Bool {
        guard let exchange = owner.exchange else {
            // Answered at the first call; what still comes is of no interest.
            taken = piece.count
            return true
        }
        switch unsafe exchange.proceed(piece, taken: &taken) {
        case .goOn: return true
        case .close: return false
        case .queue(let answer): return unsafe Reply.queue(answer, for: exchange, on: connection)
        case .interrupt(let problem):
            owner.sendBare(bareAnswer(to: problem), closing: .sending)
            return true
        }
    }

    func completed(_ owner: Connection, isWhole: Bool) {
        guard let exchange = owner.end() else { return }
        exchange.completed(isWhole: isWhole)
        let facts = exchange.facts
        record.answered(
            exchange.arrival,
            status: facts.status,
            sent: facts.sent,
            received: facts.received,
            hasClientLeft: !isWhole
        )
    }

    /// Decides on a head; an answer besides means that no task is needed.
    private func judge(_ head: RawHead, _ owner: Connection) -> (Arrival, FinishedAnswer?) {
        var draft = ArrivalDraft(head: head, owner: owner, proxies: proxies)
        do throws(Problem) {
            draft.framing = try HeadCheck.framing(
                of: head,
                bytes: configuration.headBytes,
                fields: configuration.headFields
            )
            do throws(Target.Fault) {
                draft.target = try Target(parsing: head.target)
            } catch {
                throw Problem.badRequest("The request target \(error.reason).")
            }
        } catch {
            let arrival = draft.finished()
            var answer = answer(to: error, arrival)
            answer.closesConnection = true
            return (arrival, answer)
        }
        return route(&draft)
    }

    private func route(_ draft: inout ArrivalDraft) -> (Arrival, FinishedAnswer?) {
        guard let target = draft.target else { return (draft.finished(), nil) }
        switch router.find(draft.head.method, target.segments) {
        case .route(let route, let values):
            draft.route = route
            draft.pathValues = values
            draft.intake =
                route.body.isCollected
                ? .collect(limit: route.limits.body)
                : .stream(limit: route.limits.body, isKept: route.body.isMultipart)
            let arrival = draft.finished()
            if let problem = refusal(of: arrival, route) { return (arrival, answer(to: problem, arrival)) }
            return (arrival, route.known?().map { finisher.finish($0, for: arrival) })
        case .nothing where draft.head.method == Method.options.rawValue && target.raw == "*":
            let arrival = draft.finished()
            return (
                arrival,
                finisher.finish(
                    finisher.options(arrival, allowed: Method.allCases.map(\.rawValue).joined(separator: ", ")),
                    for: arrival
                )
            )
        case .wrongMethod(let allowed) where draft.head.method == Method.options.rawValue:
            let arrival = draft.finished()
            return (arrival, finisher.finish(finisher.options(arrival, allowed: allowed), for: arrival))
        case .wrongMethod(let allowed):
            let arrival = draft.finished()
            let problem = Problem(
                405,
                "method-not-allowed",
                "This address takes \(allowed) only.",
                headers: [("Allow", allowed)]
            )
            return (arrival, answer(to: problem, arrival))
        case .withoutSlash:
            let arrival = draft.finished()
            let path = Array(target.segments.dropLast()).map { $0.percentEncoded() }.joined(separator: "/")
            let query = target.raw.firstIndex(of: "?").map { String(target.raw[$0...]) } ?? ""
            return (arrival, finisher.finish(.redirect(to: "/\(path)\(query)", status: 308), for: arrival))
        case .nothing:
            let arrival = draft.finished()
            let page = router.missingPage(for: target.segments, arrival.headers)
            return (arrival, page.map { finisher.finish($0, for: arrival) } ?? answer(to: .notFound(), arrival))
        }
    }

    /// What speaks against the request before its body is read.
    private func refusal(of arrival: Arrival, _ route: Route) -> Problem? {
        if isDraining { return .stopping }
        if inbox.isFull { return .busy }
        let framing = arrival.framing
        if route.body.isNone {
            return framing.hasBody && (framing.length ?? .max) > Route.straySize
                ? Problem(413, "too-large", "This address takes no body.") : nil
        }
        if let length = framing.length, length > route.limits.body { return .tooLarge(route.limits.body) }
        return route.body.complaint(about: arrival.headers["content-type"])
    }

    private func bareAnswer(to problem: Problem) -> [UInt8] {
        finisher.bareBytes(problem)
    }

    // MARK: ExchangeOwner

    var isStopping: Bool { stopping.load(ordering: .acquiring) }
    var isDraining: Bool { draining.load(ordering: .acquiring) }
    var drainBytes: Int { configuration.drainBytes }

    func offer(_ exchange: Exchange) -> Bool { !isStopping && inbox.offer(exchange) }

    func answer(to problem: Problem, _ arrival: Arrival) -> FinishedAnswer {
        finisher.finish(problem.response(requestID: arrival.id), for: arrival)
    }

    // MARK: The end

    /// From now on connections close after their answer, and new ones are not accepted.
    func beginDraining() {
        draining.store(true, ordering: .releasing)
        finisher.closeConnections()
        for session in webSockets.all { session.close(1_001, "the server is stopping") }
        // A request that has come but was not read yet is answered.
        for connection in connections.all where connection.isIdle && !connection.hasUnread { connection.shutDown() }
    }

    /// Whether somebody still waits for an answer, or for the closing handshake.
    var isBusy: Bool {
        inbox.count > 0 || webSockets.count > 0 || connections.hasNewcomers
            || connections.all.contains { $0.hasRequest || $0.isIdle && $0.hasUnread }
    }

    /// Lets go of every connection, so that the library can be stopped without one being suspended.
    func releaseAll() {
        stopping.store(true, ordering: .releasing)
        for session in webSockets.all { session.drop() }
        for connection in connections.all { connection.exchange?.release() }
    }

    func noteLibraryMessage(_ text: String) { log.debug("libmicrohttpd", ["format": .string(text)]) }
}

extension Route {
    /// A small body is thrown away where none is taken: many clients send `{}` with everything.
    static let straySize = 64 << 10
}

internal import Core

/// Runs a route for one exchange: gate, parameters, handler, and what becomes of errors.
struct Responder: Sendable {
    let gatekeeper: Gatekeeper?
    let finisher: Finisher
    let engine: Engine
    let files: WorkPool
    let log: Log

    func run(_ exchange: Exchange, _ slot: InFlightSlot) async {
        let arrival = exchange.arrival
        guard let route = arrival.route, let target = arrival.target, let method = Method(rawValue: arrival.method)
        else {
            return
        }
        var request = Request(
            method: method,
            target: target,
            headers: arrival.headers,
            id: arrival.id,
            trace: arrival.trace,
            client: arrival.client,
            isLocal: arrival.isLocal,
            isSecure: arrival.isSecure,
            route: route,
            body: RequestBody(source: exchange)
        )
        var more: [(name: String, value: String)] = []
        var stillHolds: (@Sendable () async -> Bool)?
        let response: Response
        do {
            if let gatekeeper {
                let admission = try await gatekeeper(route.access, request)
                request.principal = admission.principal
                more = admission.headers
                stillHolds = admission.stillHolds
            } else if route.access == .loopback, !request.isLocal || !request.namesUs() {
                throw Problem.forbidden("This address answers on the machine itself only.")
            }
            request.values = try ParameterReading.read(route, arrival)
            if route.body.isCollected {
                request.collected = exchange.takeCollected()
                request.body = RequestBody(source: WholeBody(bytes: request.collected))
            }
            if let webSocket = route.webSocket {
                return try await open(webSocket, request, exchange, slot, more, while: stillHolds)
            }
            var answer = try await route.handler(request)
            // What somebody is told who is known is for them alone: nothing on the way keeps it.
            if request.principal != nil, answer["Cache-Control"] == nil { answer["Cache-Control"] = "no-store" }
            response = answer
        } catch {
            response = refusal(error, arrival)
        }
        await send(response, exchange, more)
    }

    private func send(_ response: Response, _ exchange: Exchange, _ more: [(name: String, value: String)]) async {
        let arrival = exchange.arrival
        var response = response
        var file: OpenFile?
        if case .file(let path) = response.body {
            do {
                file = try await files.run { try OpenFile(path: path) }
            } catch {
                let problem = error is SystemError ? Problem.notFound() : error
                response = refusal(problem, arrival)
            }
        }
        guard exchange.answer(finisher.finish(response, for: arrival, file: file, more: more)), !arrival.isHead else {
            return
        }
        switch response.body {
        case .stream(_, let pieces):
            await pump(exchange) { writer in for try await piece in pieces { try await writer.write(piece) } }
        case .writer(_, let write): await pump(exchange, write)
        case .none, .bytes, .file: break
        }
    }

    private static let socketCheck = Duration.seconds(5)

    private static func watch(
        _ session: WebSocketSession,
        while stillHolds: @Sendable () async -> Bool
    ) async throws {
        repeat { try await Task.sleep(for: socketCheck) } while await stillHolds()
        session.close(1_008, "what you may do here has changed")
    }

    private func open(
        _ route: WebSocketRoute,
        _ request: Request,
        _ exchange: Exchange,
        _ slot: InFlightSlot,
        _ more: [(name: String, value: String)],
        while stillHolds: (@Sendable () async -> Bool)?
    ) async throws {
        let admitsOrigin = finisher.admits(origin: request.headers["origin"], host: request.headers["host"])
        let fields = try WebSocketHandshake.answer(to: request, admitsOrigin: admitsOrigin)
        guard engine.webSockets.count < engine.webSockets.limit,
            let session = WebSocketSession(
                id: engine.connections.nextID(),
                limits: route.limits,
                engine: engine,
                task: exchange.task
            )
        else { throw Problem.busy }
        var answer = finisher.finish(Response(status: 101, headers: fields), for: exchange.arrival, more: more)
        answer.content = .upgrade(session)
        answer.closesConnection = false
        guard exchange.answer(answer), await session.opened() else { return }
        // An open socket waits more than it works: it has its own limit and gives its place back.
        slot.release()
        if engine.isDraining { session.close(1_001, "the server is stopping") }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await route.handler(session.socket, request) }
                if let stillHolds { group.addTask { try await Self.watch(session, while: stillHolds) } }
                // Whichever ends first, the handler or the right to listen, ends the other.
                defer { group.cancelAll() }
                try await group.next()
            }
            session.close(1_000, "")
        } catch is CancellationError {
            session.close(1_001, "")
        } catch {
            if !(error is any ClientFacing) { _ = incident(error, exchange.arrival) }
            let problem = (error as? any ClientFacing)?.problem
            session.close(problem == nil ? 1_011 : 1_008, problem?.detail ?? "something went wrong")
        }
    }

    private func pump(_ exchange: Exchange, _ write: @Sendable (BodyWriter) async throws -> Void) async {
        do {
            try await write(BodyWriter { try await exchange.write($0) })
            exchange.endWriting(isWhole: true)
        } catch {
            exchange.endWriting(isWhole: false)
            if !(error is CancellationError) { _ = incident(error, exchange.arrival) }
        }
    }

    /// The answer to an error: only those meant for the client show their words.
    private func refusal(_ error: any Error, _ arrival: Arrival) -> Response {
        switch error {
        case let facing as any ClientFacing: return facing.problem.response(requestID: arrival.id)
        case is Overloaded: return Problem.busy.response(requestID: arrival.id)
        case is CancellationError: return Problem.stopping.response(requestID: arrival.id)
        default:
            let id = incident(error, arrival)
            let problem = Problem(
                500,
                "internal",
                "Something went wrong here. The operator finds it in the log under the incident \(id).",
                more: [("incident", .string(id))]
            )
            return problem.response(requestID: arrival.id)
        }
    }

    private func incident(_ error: any Error, _ arrival: Arrival) -> String {
        let id = UUIDv7.next().description
        log.error(
            "unhandled error",
            [
                "incident": .string(id), "type": .string("\(type(of: error))"), "cause": .string("\(error)"),
                "route": .string(arrival.route?.pattern ?? ""), "request_id": .string(arrival.id),
            ]
        )
        return id
    }
}

/// Reads the declared parameters of a request.
enum ParameterReading {
    static func read(_ route: Route, _ arrival: Arrival) throws(Problem) -> [ParameterKey: any Sendable] {
        guard !route.parameters.isEmpty else { return [:] }
        var values: [ParameterKey: any Sendable] = [:]
        var errors: [Problem.FieldError] = []
        for parameter in route.parameters {
            let key = parameter.description.key
            let texts: [String]
            switch key.place {
            case .path: texts = arrival.pathValues[key.name].map { [$0] } ?? []
            case .query: texts = arrival.target?.values(key.name) ?? []
            case .header: texts = arrival.headers.all(key.name)
            }
            do throws(ParameterFault) {
                values[key] = try parameter.read(texts)
            } catch {
                errors.append(Problem.FieldError([key.place.rawValue, key.name], error.message, type: error.type))
            }
        }
        guard errors.isEmpty else { throw .unprocessable(errors) }
        return values
    }
}

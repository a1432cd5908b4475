package import Core
internal import Dispatch
internal import Synchronization

/// The HTTP server: accepts, runs a task per request, and drains when it is cancelled.
package final class HTTPServer: Service {
    package let name: String
    private let configuration: ServerConfiguration
    private let router: Router
    private let gatekeeper: Gatekeeper?
    private let log: Log
    private let record: RequestRecord
    private let onReady: @Sendable (Int) async -> Void
    private let explain: @Sendable (ServerFault) -> any Error
    private let boundPort = Mutex<Int?>(nil)

    /// `onReady` is called with the port when connections are accepted; `explain` says of a fault what is to be done.
    package init(
        name: String = "http",
        configuration: ServerConfiguration,
        router: Router,
        gatekeeper: Gatekeeper? = nil,
        log: Log,
        metrics: Metrics,
        explain: @escaping @Sendable (ServerFault) -> any Error = { $0 },
        onReady: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.name = name
        self.configuration = configuration
        self.router = router
        self.gatekeeper = gatekeeper
        self.log = log
        self.onReady = onReady
        self.explain = explain
        record = RequestRecord(log: log, metrics: metrics)
    }

    /// The port in use; `nil` before connections are accepted.
    package var port: Int? { boundPort.withLock { $0 } }

    package func run() async throws {
        do {
            try await listen()
        } catch let fault as ServerFault {
            throw explain(fault)
        }
    }

    private func listen() async throws {
        DescriptorLimit.raise()
        let finisher = Finisher(configuration: configuration)
        let watch = try PeerWatch()
        let engine = try Engine(
            configuration: configuration,
            router: router,
            finisher: finisher,
            watch: watch,
            record: record,
            log: log
        )
        let listener = try Listener(host: configuration.host, port: configuration.port)
        let port = listener.port
        let daemon = try Daemon(engine: engine)
        let acceptor = Acceptor(listener, daemon: daemon, engine: engine)
        let watcher = DispatchQueue(label: "http.watch", qos: .userInitiated)
        watcher.async {
            watch.run(
                accept: { acceptor.accept() },
                happened: { engine.happened($0) },
                tick: {
                    engine.tick()
                    acceptor.tick()
                }
            )
        }
        boundPort.withLock { $0 = port }

        let responder = Responder(
            gatekeeper: gatekeeper,
            finisher: finisher,
            engine: engine,
            files: WorkPool(name: "files", width: 4, depth: 256),
            log: log
        )
        // The one unstructured task of the module: requests in flight must outlive the cancellation of this one, and
        // structured children cannot. It is always awaited below.
        let serving = Task { await serve(engine, responder) }
        await onReady(port)
        await untilCancelled()

        boundPort.withLock { $0 = nil }
        acceptor.close()
        engine.beginDraining()
        await drain(engine)
        serving.cancel()
        engine.inbox.close()
        engine.releaseAll()
        await serving.value
        engine.releaseAll()
        watch.stop()
        await withCheckedContinuation { continuation in
            watcher.async {
                daemon.stop()
                continuation.resume()
            }
        }
    }

    private func serve(_ engine: Engine, _ responder: Responder) async {
        await withDiscardingTaskGroup { group in
            for await exchange in engine.inbox.exchanges {
                group.addTask { [record] in
                    let slot = InFlightSlot(engine.inbox, record)
                    await unsafe withUnsafeCurrentTask { task in
                        unsafe exchange.task.attach(task)
                        await responder.run(exchange, slot)
                        exchange.task.detach()
                    }
                    slot.release()
                }
            }
        }
    }

    /// Waits until all requests have been answered, at most for the grace period.
    private func drain(_ engine: Engine) async {
        let end = Monotonic.now() + configuration.grace
        while Monotonic.now() < end, engine.isBusy {
            await pause(.milliseconds(20))
        }
    }
}

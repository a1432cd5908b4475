import Accounts
import Core
import JobQueue

/// What a server that accepts connections says of itself.
package struct Serving: Sendable {
    package let address: String
    /// Where the first administrator makes an account, while there is nobody.
    package let setUpLink: String?

    init(_ kit: Kit, address: String) async {
        self.address = address
        do {
            setUpLink = try await kit.accounts.setUpLink(kit.configuration.publicURL ?? address)
        } catch {
            kit.log.warning("no set-up link could be made", ["cause": .string("\(error)")])
            setUpLink = nil
        }
    }
}

/// Runs the server until it is told to stop; `onReady` is called when connections are accepted.
package func serve(
    _ configuration: Configuration,
    onReady: @escaping @Sendable (Serving) async -> Void
) async throws {
    try await run(configuration) { kit in
        try Composition(kit) { serving in
            ServiceManager.ready("serving \(serving.address)")
            await onReady(serving)
        }
    }
}

/// Carries out jobs until it is told to stop; true when it has done as many as it should and is to be started anew.
package func work(_ configuration: Configuration) async throws -> Bool {
    let composition = try await run(configuration) { kit in
        let composition = try Composition(workerOf: kit)
        ServiceManager.ready("carrying out jobs")
        return composition
    }
    return composition.worker?.isRecycled ?? false
}

@discardableResult
private func run(
    _ configuration: Configuration,
    _ compose: (Kit) throws -> Composition
) async throws -> Composition {
    let sink = try logSink(configuration)
    defer { sink.flush() }
    let log = Log(to: sink, minimum: configuration.logLevel)
    for warning in configuration.warnings { log.warning("look at the settings", ["what": .string(warning)]) }
    log.notice("starting", ["version": .string(Version.current), "data": .string(configuration.dataFolder)])
    let kit = try await Kit.open(configuration, log: log, metrics: Metrics())
    do {
        do {
            try await kit.accounts.checkSecret()
        } catch let fault as AccountFault {
            throw StartFault("\(fault)")
        }
        let composition = try compose(kit)
        let farewell = Farewell(log: log, flush: sink.flush)
        var services = composition.services
        if ServiceManager.watchdogInterval != nil { services.append(WatchdogService()) }
        let signals = ShutdownSignals(log: log) {
            farewell.begin()
            composition.worker?.leave(by: .now + Farewell.workLimit)
        }
        try await runInOrder(services + [signals], log: log, roll: farewell.roll)
        await farewell.closing(kit)
        log.notice("stopped")
        return composition
    } catch {
        await kit.close()
        throw error
    }
}

private func logSink(_ configuration: Configuration) throws -> DescriptorSink {
    guard let path = configuration.logFile else { return .standardOutput() }
    do {
        return try DescriptorSink.file(path)
    } catch let error as SystemError {
        throw StartFault(error, logFile: path)
    }
}

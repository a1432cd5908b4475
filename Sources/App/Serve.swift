import Core

/// Runs the server until it is told to stop; `onReady` gets the address when connections are accepted.
package func serve(
    _ configuration: Configuration,
    onReady: @escaping @Sendable (String) async -> Void
) async throws {
    let sink = try configuration.logFile.map { try DescriptorSink.file($0) } ?? .standardOutput()
    defer { sink.flush() }
    let log = Log(to: sink, minimum: configuration.logLevel)
    for warning in configuration.warnings { log.warning("setting without meaning", ["what": .string(warning)]) }
    log.notice("starting", ["version": .string(Version.current), "data": .string(configuration.dataFolder)])
    let kit = try await Kit.open(configuration, log: log, metrics: Metrics())
    do {
        let composition = try Composition(kit) { address in
            ServiceManager.ready("serving \(address)")
            await onReady(address)
        }
        var services = composition.services
        if ServiceManager.watchdogInterval != nil { services.append(WatchdogService()) }
        try await runInOrder(services + [ShutdownSignals(log: log)], log: log)
    } catch {
        await kit.close()
        throw error
    }
    await kit.close()
    log.notice("stopped")
}

import Core
import Dispatch
import Glibc
import Inference

/// Loads the models while the server already answers, and again whenever the operator sends SIGHUP.
struct ModelLoading: Service {
    let name = "models"
    let models: ModelRegistry
    let metrics: Metrics

    func run() async throws {
        let loaded = metrics.gauge("model_loaded", "Whether a model is on duty: 1 or 0.", labels: ["model"])
        let (signals, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        _ = signal(SIGHUP, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: .global())
        source.setEventHandler { continuation.yield() }
        source.resume()
        defer { source.cancel() }
        continuation.yield()
        for await _ in signals {
            try await models.load()
            for (name, slot) in models.all {
                if case .ready = slot { loaded.set(1, name) } else { loaded.set(0, name) }
            }
        }
    }
}

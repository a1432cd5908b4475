import Core
import Diagnosis
import FoundationEssentials
import Inference
import Synchronization

/// How fast this machine reads pictures, without HTTP: what a server on it cannot exceed.
package struct ReadingSpeed: Codable, Sendable {
    package let rate: Double
    package let p50: Double
    package let p99: Double
    package let pictures: Int
    package let precision: String
}

/// Reads the files in turn, `clients` at once, for `duration`; nothing is cached.
package func measureReading(
    files: [String],
    duration: Duration,
    clients: Int,
    _ configuration: Configuration
) async throws -> ReadingSpeed {
    let pictures = try files.map { path in
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw ConfigurationFault("\(path) cannot be read")
        }
        return Array(bytes)
    }
    let models = Kit.models(for: configuration, log: .silent)
    try await models.load()
    let precision = try models.classifier(named: configuration.leafModel).precision.rawValue
    let read = Kit.readLeaf(models, configuration, cacheCapacity: 0)
    for bytes in pictures.prefix(20) { _ = try await read(bytes) }
    let start = ContinuousClock.now
    let times = try await withThrowingTaskGroup(of: [Double].self) { group in
        for client in 0..<clients {
            group.addTask {
                var times: [Double] = []
                var next = client
                while ContinuousClock.now - start < duration {
                    let begin = ContinuousClock.now
                    _ = try await read(pictures[next % pictures.count])
                    times.append((ContinuousClock.now - begin).seconds * 1_000)
                    next += clients
                }
                return times
            }
        }
        return try await group.reduce(into: []) { $0 += $1 }.sorted()
    }
    let elapsed = (ContinuousClock.now - start).seconds
    return ReadingSpeed(
        rate: Double(times.count) / elapsed,
        p50: times[times.count / 2],
        p99: times[min(times.count - 1, times.count * 99 / 100)],
        pictures: times.count,
        precision: precision
    )
}

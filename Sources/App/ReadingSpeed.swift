import Core
import Diagnosis
import FoundationEssentials
import Inference

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
    let times = try await LoadTimes.measured(clients: clients, for: duration) { turn in
        _ = try await read(pictures[turn % pictures.count])
    }
    return ReadingSpeed(
        rate: times.rate,
        p50: times.p50,
        p99: times.p99,
        pictures: times.count,
        precision: precision
    )
}

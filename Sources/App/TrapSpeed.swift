import Core
import FoundationEssentials
import Inference
import Wildlife

/// Reads camera-trap pictures in turn in memory, `clients` at once, for `duration`: decoding, small copies, detection.
package func measureTraps(
    files: [String],
    duration: Duration,
    clients: Int,
    _ configuration: Configuration
) async throws -> LoadTimes {
    let pictures = try files.map { path in
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw ConfigurationFault("\(path) cannot be read")
        }
        return Array(bytes)
    }
    let kit = try await Kit.open(configuration, log: .silent)
    let result: Result<LoadTimes, any Error>
    do {
        try await kit.models.load()
        let wildlife = FeatureSet.wildlife(kit)
        for bytes in pictures.prefix(4) { _ = try await wildlife.readInMemory(bytes) }
        result = .success(
            try await LoadTimes.measured(clients: clients, for: duration) { turn in
                _ = try await wildlife.readInMemory(pictures[turn % pictures.count])
            }
        )
    } catch {
        result = .failure(error)
    }
    await kit.close()
    return try result.get()
}

/// The version of a server, such as `Redis 7.0.15`.
package struct RedisVersion: Sendable, CustomStringConvertible {
    /// The first with `XAUTOCLAIM`.
    package static let oldest = RedisVersion(numbers: [6, 2])

    private let numbers: [Int]

    private init(numbers: [Int]) { self.numbers = numbers }

    /// Reads `7.0.15`; what is no number ends it.
    init(_ text: some StringProtocol) { numbers = text.split(separator: ".").map { Int($0) ?? 0 } }

    package var isRecentEnough: Bool { !numbers.lexicographicallyPrecedes(Self.oldest.numbers) }

    package var description: String { "Redis " + numbers.map { "\($0)" }.joined(separator: ".") }
}

extension RedisClient {
    package func version() async throws -> RedisVersion {
        let info = try await run(RedisCommand("INFO", "server")).text()
        let line = info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("redis_version:") }
        guard let line else { throw RedisFault(.protocol, "no version") }
        return RedisVersion(line.dropFirst("redis_version:".count))
    }
}

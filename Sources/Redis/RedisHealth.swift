package import Core

/// Says on the health page whether Redis answers; never worse than degraded, because the server works on without it.
package struct RedisHealth: HealthCheck {
    package let name = "redis"
    package let silence = Health.Status.degraded
    private let client: RedisClient

    package init(_ client: RedisClient) { self.client = client }

    package func check() async -> Health {
        do {
            _ = try await client.run(RedisCommand("PING"))
            return .healthy
        } catch let fault as RedisFault {
            return Health(.degraded, "\(fault); the server works on without it: \(fault.cure)")
        } catch {
            return Health(.degraded, "Redis was not asked")
        }
    }
}

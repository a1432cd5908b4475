import Core

/// How busy the connections are.
struct PoolMeter: Sendable {
    let inUse: Gauge
    let waiting: Gauge
    let wait: Histogram
    let groupSize: Histogram

    init(metrics: Metrics) {
        inUse = metrics.gauge("database_pool_in_use", "Read connections that are lent")
        waiting = metrics.gauge("database_pool_waiting", "Reads that wait for a connection")
        wait = metrics.histogram("database_pool_wait_seconds", "Time that a read waited for a connection")
        groupSize = metrics.histogram(
            "database_group_size",
            "Transactions made durable by one commit",
            buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500]
        )
    }
}

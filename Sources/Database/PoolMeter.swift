import Core

/// How busy the connections are.
struct PoolMeter: Sendable {
    let inUse: Gauge
    let open: Gauge
    let waiting: Gauge
    let wait: Histogram
    let opened: Counter
    let failed: Counter
    let groupSize: Histogram

    /// Names begin with `database_pool`, or with `database_replica_pool` for the connections to a replica.
    init(metrics: Metrics, isReplica: Bool = false) {
        let name = isReplica ? "database_replica_pool" : "database_pool"
        inUse = metrics.gauge("\(name)_in_use", "Connections that are lent")
        open = metrics.gauge("\(name)_open", "Connections that are open")
        waiting = metrics.gauge("\(name)_waiting", "Tasks that wait for a connection")
        wait = metrics.histogram("\(name)_wait_seconds", "Time that a task waited for a connection")
        opened = metrics.counter("\(name)_opened_total", "Connections opened since the start")
        failed = metrics.counter("\(name)_failed_total", "Connections that could not be opened, or broke")
        groupSize = metrics.histogram(
            "database_group_size",
            "Transactions made durable by one commit",
            buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500]
        )
    }
}

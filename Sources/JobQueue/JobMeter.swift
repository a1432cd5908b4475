import Core

/// What is counted of jobs.
struct JobMeter: Sendable {
    private let ended: Counter
    private let waited: Histogram
    private let duration: Histogram
    private let depth: Gauge
    private let age: Gauge
    private let queueDepth: Gauge

    init(metrics: Metrics) {
        ended = metrics.counter(
            "jobs_ended_total",
            "Attempts by how they ended: done, failed, released",
            labels: ["kind", "result"]
        )
        waited = metrics.histogram(
            "job_wait_seconds",
            "From enqueuing to the first attempt",
            labels: ["kind"],
            buckets: Self.buckets
        )
        duration = metrics.histogram(
            "job_duration_seconds",
            "How long an attempt took",
            labels: ["kind"],
            buckets: Self.buckets
        )
        depth = metrics.gauge("jobs", "Jobs in the table", labels: ["kind", "state"])
        age = metrics.gauge("job_oldest_ready_seconds", "How long the oldest ready job has waited", labels: ["kind"])
        queueDepth = metrics.gauge(
            "redis_queue_depth",
            "Jobs that wait, by kind; under the name that dashboards of queues in Redis know",
            labels: ["queue"]
        )
    }

    private static let buckets = [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3_600,
    ]

    func began(_ job: ClaimedJob, at now: Timestamp) {
        if job.attempt == 1 { waited.observe((now - job.enqueuedAt).seconds, job.kind) }
    }

    func took(_ seconds: Double, _ kind: String) { duration.observe(seconds, kind) }

    func ended(_ end: JobSlots.Ended) {
        let result =
            switch end.outcome {
            case .done: "done"
            case .failed: "failed"
            case .released: "released"
            }
        ended.add(1, end.job.kind, result)
    }

    func show(_ counts: [JobCount]) {
        for count in counts {
            for state in Job.State.allCases { depth.set(Double(count.count(state)), count.kind, state.rawValue) }
            age.set(count.oldestReady, count.kind)
            queueDepth.set(Double(count.count(.ready) + count.count(.delayed)), count.kind)
        }
    }
}

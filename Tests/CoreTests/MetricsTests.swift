import Core
import Testing

struct MetricsTests {
    @Test func `counters, gauges and histograms are written as Prometheus reads them`() {
        let metrics = Metrics()
        metrics.counter("requests_total", "Requests.", labels: ["route"]).add(2, "/a\"b\\c\n")
        metrics.gauge("loaded", "Loaded.").set(1)
        let histogram = metrics.histogram("seconds", "Time.", buckets: [0.1, 1])
        for value in [0.05, 0.1, 0.5, 7] { histogram.observe(value) }
        #expect(
            metrics.text() == """
                # HELP loaded Loaded.
                # TYPE loaded gauge
                loaded 1.0
                # HELP requests_total Requests.
                # TYPE requests_total counter
                requests_total{route="/a\\"b\\\\c\\n"} 2.0
                # HELP seconds Time.
                # TYPE seconds histogram
                seconds_bucket{le="0.1"} 2
                seconds_bucket{le="1.0"} 3
                seconds_bucket{le="+Inf"} 4
                seconds_sum 7.65
                seconds_count 4

                """
        )
    }

    @Test func `asking again gives the same metric`() {
        let metrics = Metrics()
        metrics.counter("hits_total", "Hits.").add()
        metrics.counter("hits_total", "Hits.").add()
        #expect(metrics.text().contains("hits_total 2.0"))
    }
}

import Synchronization

/// The program's counters, gauges and histograms, written as Prometheus text.
///
/// Ask for a metric once, keep what you get; asking again for the same name gives the same metric.
package final class Metrics: Sendable {
    private let families = Mutex<[String: any MetricFamily]>([:])

    package init() {}

    package func counter(_ name: String, _ help: String, labels: [String] = []) -> Counter {
        family(name) { Counter(name: name, help: help, labels: labels) }
    }

    package func gauge(_ name: String, _ help: String, labels: [String] = []) -> Gauge {
        family(name) { Gauge(name: name, help: help, labels: labels) }
    }

    package func histogram(
        _ name: String,
        _ help: String,
        labels: [String] = [],
        buckets: [Double] = Histogram.latency
    ) -> Histogram {
        family(name) { Histogram(name: name, help: help, labels: labels, buckets: buckets) }
    }

    /// All metrics in Prometheus' text format 0.0.4.
    package func text() -> String {
        families.withLock { Array($0.values) }.sorted { $0.name < $1.name }.map { $0.text() }.joined()
    }

    private func family<Family: MetricFamily>(_ name: String, make: () -> Family) -> Family {
        families.withLock { families in
            if let known = families[name] {
                guard let family = known as? Family else { preconditionFailure("metric \(name) has two kinds") }
                return family
            }
            let family = make()
            families[name] = family
            return family
        }
    }
}

protocol MetricFamily: Sendable {
    var name: String { get }
    func text() -> String
}

/// Counts up; label values come in the order of the declared labels.
package final class Counter: MetricFamily {
    let name: String
    private let help: String
    private let labels: [String]
    private let values: Mutex<[[String]: Double]>

    init(name: String, help: String, labels: [String]) {
        self.name = name
        self.help = help
        self.labels = labels
        values = Mutex(labels.isEmpty ? [[]: 0] : [:])
    }

    package func add(_ amount: Double = 1, _ labelValues: String...) {
        precondition(labelValues.count == labels.count, "metric \(name) has \(labels.count) labels")
        values.withLock { $0[labelValues, default: 0] += amount }
    }

    func text() -> String { scalarText(name, "counter", help, labels, values.withLock { $0 }) }
}

/// Holds a value that goes up and down.
package final class Gauge: MetricFamily {
    let name: String
    private let help: String
    private let labels: [String]
    private let values: Mutex<[[String]: Double]>

    init(name: String, help: String, labels: [String]) {
        self.name = name
        self.help = help
        self.labels = labels
        values = Mutex(labels.isEmpty ? [[]: 0] : [:])
    }

    package func set(_ value: Double, _ labelValues: String...) {
        precondition(labelValues.count == labels.count, "metric \(name) has \(labels.count) labels")
        values.withLock { $0[labelValues] = value }
    }

    package func add(_ amount: Double, _ labelValues: String...) {
        precondition(labelValues.count == labels.count, "metric \(name) has \(labels.count) labels")
        values.withLock { $0[labelValues, default: 0] += amount }
    }

    func text() -> String { scalarText(name, "gauge", help, labels, values.withLock { $0 }) }
}

/// Counts observations in buckets.
package final class Histogram: MetricFamily {
    /// Seconds, from half a millisecond to ten seconds.
    package static let latency = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    /// Probabilities.
    package static let share = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1]

    let name: String
    private let help: String
    private let labels: [String]
    private let buckets: [Double]

    private struct Series {
        var counts: [Int]
        var sum = 0.0
    }

    private let series: Mutex<[[String]: Series]>

    init(name: String, help: String, labels: [String], buckets: [Double]) {
        self.name = name
        self.help = help
        self.labels = labels
        self.buckets = buckets
        series = Mutex(labels.isEmpty ? [[]: Series(counts: Array(repeating: 0, count: buckets.count + 1))] : [:])
    }

    package func observe(_ value: Double, _ labelValues: String...) {
        precondition(labelValues.count == labels.count, "metric \(name) has \(labels.count) labels")
        let bucket = buckets.firstIndex { value <= $0 } ?? buckets.count
        series.withLock { series in
            var entry = series[labelValues] ?? Series(counts: Array(repeating: 0, count: buckets.count + 1))
            entry.counts[bucket] += 1
            entry.sum += value
            series[labelValues] = entry
        }
    }

    func text() -> String {
        var text = header(name, "histogram", help)
        for (values, entry) in series.withLock({ $0 }).sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            var total = 0
            for (index, count) in entry.counts.enumerated() {
                total += count
                let bound = index < buckets.count ? "\(buckets[index])" : "+Inf"
                text += "\(name)_bucket\(labelText(labels + ["le"], values + [bound])) \(total)\n"
            }
            text += "\(name)_sum\(labelText(labels, values)) \(entry.sum)\n"
            text += "\(name)_count\(labelText(labels, values)) \(total)\n"
        }
        return text
    }
}

private func header(_ name: String, _ kind: String, _ help: String) -> String {
    "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
}

private func scalarText(
    _ name: String,
    _ kind: String,
    _ help: String,
    _ labels: [String],
    _ values: [[String]: Double]
) -> String {
    values.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        .reduce(into: header(name, kind, help)) { $0 += "\(name)\(labelText(labels, $1.key)) \($1.value)\n" }
}

private func labelText(_ labels: [String], _ values: [String]) -> String {
    guard !labels.isEmpty else { return "" }
    let pairs = zip(labels, values).map { label, value in
        let escaped = value.reduce(into: "") { text, character in
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.append(character)
            }
        }
        return "\(label)=\"\(escaped)\""
    }
    return "{\(pairs.joined(separator: ","))}"
}

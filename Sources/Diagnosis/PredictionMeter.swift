import Core
import HTTPServer

/// The metrics of prediction, under the names that the old services' dashboards know.
struct PredictionMeter: Sendable {
    private let predictions: Counter
    private let errors: Counter
    private let duration: Histogram
    private let confidence: Gauge
    private let plantConfidence: Histogram
    private let plantErrors: Counter
    private let plantRequests: Counter
    private let plantLatency: Histogram

    init(_ metrics: Metrics) {
        predictions = metrics.counter("predictions_total", "Pictures answered.")
        errors = metrics.counter("prediction_errors_total", "Pictures not answered.")
        duration = metrics.histogram("prediction_duration_seconds", "From the picture to its answer.")
        confidence = metrics.gauge("prediction_confidence", "Confidence of the latest answer.")
        plantConfidence = metrics.histogram(
            "plant_prediction_confidence",
            "Confidence of the answers.",
            buckets: Histogram.share
        )
        plantErrors = metrics.counter(
            "plant_api_errors_total",
            "Calls of the plant API that failed.",
            labels: ["error_type"]
        )
        plantRequests = metrics.counter(
            "plant_api_requests_total",
            "Calls of the plant API.",
            labels: ["endpoint", "status"]
        )
        plantLatency = metrics.histogram("plant_api_latency_seconds", "Time that calls of the plant API took.")
    }

    /// Runs one reading of pictures and counts how it went.
    func measure<Value: MeasuredAnswer>(
        _ endpoint: String,
        _ body: () async throws -> Value
    ) async throws -> Value {
        let start = ContinuousClock.now
        defer {
            let elapsed = (ContinuousClock.now - start).seconds
            duration.observe(elapsed)
            plantLatency.observe(elapsed)
        }
        do {
            let answer = try await body()
            predictions.add()
            confidence.set(answer.confidence)
            plantConfidence.observe(answer.confidence)
            plantRequests.add(1, endpoint, "200")
            return answer
        } catch {
            errors.add()
            let problem = (error as? any ClientFacing)?.problem
            plantErrors.add(1, problem?.slug ?? "internal")
            plantRequests.add(1, endpoint, "\(problem?.status ?? 500)")
            throw error
        }
    }
}

/// An answer whose confidence is worth a histogram.
protocol MeasuredAnswer: Sendable {
    var confidence: Double { get }
}

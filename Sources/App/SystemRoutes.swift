import Core
import HTTPServer

/// The calls about the server itself: is it well, what does it count, where is it reached.
struct SystemRoutes: Sendable {
    let board: HealthBoard
    let metrics: Metrics
    let network: NetworkPlace
    let servesMetrics: Bool

    private static let tag = "Server"

    var all: [Route] { [health, live, ready, networkRoute, qrCode, authority] + (servesMetrics ? [metricsRoute] : []) }

    private var known: Route.Known {
        { board.fresh.map { .bytes($0, type: "application/json") } }
    }

    private var health: Route {
        Route(
            .get,
            "/health",
            aliases: ["/api/v1/health"],
            summary: "Tell how the server and its parts are",
            details: "Always a 200, so that the parts can be read; /health/ready says no by its status.",
            tags: [Self.tag],
            answers: [.json(HealthReport.self, "How it is.")],
            known: known
        ) { _ in .bytes(try await board.report().bytes, type: "application/json") }
    }

    private var live: Route {
        Route(
            .get,
            "/health/live",
            aliases: ["/api/v1/health/live"],
            summary: "Tell that the server answers",
            tags: [Self.tag]
        ) { _ in ["status": "healthy"] }
    }

    private var ready: Route {
        Route(
            .get,
            "/health/ready",
            aliases: ["/api/v1/health/ready"],
            summary: "Tell whether the server can do its work",
            tags: [Self.tag],
            answers: [
                .json(HealthReport.self, "It can."),
                .json(HealthReport.self, "It cannot yet, or a part is unfit: see checks.", status: 503),
            ],
            known: known
        ) { _ in
            let (report, bytes) = try await board.report()
            return .bytes(bytes, type: "application/json", status: report.status == .unhealthy ? 503 : 200)
        }
    }

    var metricsRoute: Route {
        Route(
            .get,
            "/metrics",
            summary: "Write the metrics for Prometheus",
            details: "Answers callers on the same machine; with metrics_port it has a port of its own instead.",
            tags: [Self.tag],
            access: .loopback,
            answers: [
                .media("text/plain", "Prometheus' text format."), .problem(403, "The caller is on another machine."),
            ]
        ) { _ in .bytes(Array(metrics.text().utf8), type: "text/plain; version=0.0.4; charset=utf-8") }
    }

    private var networkRoute: Route {
        Route(
            .get,
            "/api/v1/network",
            summary: "Tell under which addresses phones in the network reach this server",
            tags: [Self.tag]
        ) { _ in network.answer }
    }

    private var qrCode: Route {
        Route(
            .get,
            "/phone/qr.svg",
            summary: "Draw the server's address for a phone's camera",
            tags: [Self.tag],
            answers: [.media("image/svg+xml", "A QR code.")]
        ) { _ in .bytes(Array(try QRCode(network.answer.url).svg.utf8), type: "image/svg+xml") }
    }

    private var authority: Route {
        Route(
            .get,
            "/ca.crt",
            summary: "Hand out the certificate that a phone must trust for serve --tls auto",
            tags: [Self.tag],
            answers: [
                .media("application/x-x509-ca-cert", "PEM."), .problem(404, "The server runs without --tls auto."),
            ]
        ) { _ in
            guard let certificate = network.authorityPEM else {
                throw Problem.notFound("There is no certificate to trust: the server runs without --tls auto.")
            }
            var response = Response.bytes(Array(certificate.utf8), type: "application/x-x509-ca-cert")
            response["Content-Disposition"] = "attachment; filename=\"hedgerow-ca.crt\""
            return response
        }
    }
}

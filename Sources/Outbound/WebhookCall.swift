package import Core

/// Calls an address that a user gave, signed so that the other side knows who calls.
///
/// Headers and signature are those of Standard Webhooks: `webhook-id` stays the same over all attempts, and
/// `webhook-signature` is `v1,` with the HMAC-SHA256 of `id.timestamp.body` in base64.
package struct WebhookCall: Sendable {
    private let http: HTTPClient

    package init(_ http: HTTPClient) { self.http = http }

    private static let limits = HTTPLimits(
        connect: .seconds(10),
        total: .seconds(30),
        stall: .seconds(15),
        redirects: 0,
        bytes: 64 << 10
    )

    /// Why it cannot be called at all; where the name leads is looked at when it is called.
    package static func fault(in url: String) -> String? {
        if url.utf8.count > 2_000 { return "is longer than 2000 bytes" }
        return Address.parts(of: url) == nil
            ? "is not an http or https address; a name in other letters than a to z is written xn--…" : nil
    }

    /// Returns when the other side has answered with a status of 2xx.
    ///
    /// - Throws: `OutboundFault`, with the status when it was another one.
    package func callAsFunction(
        _ url: String,
        id: String,
        body: [UInt8],
        secret: WebhookSecret,
        at now: Timestamp
    ) async throws {
        let seconds = "\(now.microseconds / 1_000_000)"
        let request = HTTPRequest(
            .post,
            url,
            headers: [
                ("Content-Type", "application/json"), ("webhook-id", id), ("webhook-timestamp", seconds),
                ("webhook-signature", secret.signature(id: id, seconds: seconds, body: body)),
            ],
            body: body
        )
        let answer = try await http.send(request, limits: Self.limits)
        guard (200..<300).contains(answer.status) else {
            throw OutboundFault(.status(answer.status), host: Address.parts(of: url)?.host ?? "")
        }
    }
}

import Core
import Foundation
import Outbound
import TestSupport
import Testing

@Suite("Webhooks") struct WebhookTests {
    /// The example of the Standard Webhooks specification's libraries.
    @Test("The signature is that of Standard Webhooks")
    func signature() throws {
        let secret = try #require(WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let signature = secret.signature(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            seconds: "1614265330",
            body: Array(#"{"test": 2432232314}"#.utf8)
        )
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test(
        "What is no secret is refused",
        arguments: ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_%%%"]
    )
    func noSecret(text: String) { #expect(WebhookSecret(text) == nil) }

    @Test("A new secret is a secret, and another one each time")
    func random() throws {
        let texts = (0..<2).map { _ in WebhookSecret.random().text }
        #expect(texts[0] != texts[1])
        #expect(WebhookSecret(texts[0])?.text == texts[0])
    }

    @Test(
        "Any answer but 2xx is a fault, a redirect too",
        arguments: [(200, true), (204, true), (302, false), (410, false), (500, false)]
    )
    func statuses(status: Int, isFine: Bool) async throws {
        let call = WebhookCall(HTTPClient(agent: "test"))
        try await withResponder({ _ in .send(answer(status, ["Location: /elsewhere"])) }) { responder in
            let outcome = await Result.of {
                try await call(responder.url, id: "1", body: Array("{}".utf8), secret: .random(), at: .now())
            }
            #expect((outcome == nil) == isFine)
            #expect(responder.requests.count == 1)
        }
    }
}

extension Result {
    /// The error that `body` throws.
    fileprivate static func of(_ body: () async throws -> Void) async -> (any Error)?
    where Success == Void, Failure == any Error {
        do {
            try await body()
            return nil
        } catch {
            return error
        }
    }
}

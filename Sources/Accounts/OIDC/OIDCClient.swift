import Core
import FoundationEssentials
import Outbound
import Synchronization

/// Talks to one provider, and remembers what it says of itself and its keys.
final class OIDCClient: Sendable {
    let provider: OIDCProvider
    private let http: HTTPClient
    private let limits: HTTPLimits
    private let clock: WallClock
    private let known = Mutex(Known())

    private struct Known {
        var metadata: (value: OIDCMetadata, at: Timestamp)?
        var keys: (value: [OIDCKey], at: Timestamp)?
        /// When the provider last failed to describe itself, and how.
        var failure: (fault: OIDCFault, at: Timestamp)?
    }

    private static let memory = Duration.seconds(3_600)
    /// A key that is not known makes the keys be read anew, but not again within this time.
    private static let keysPause = Duration.seconds(60)
    /// So long a provider that is away is not asked again, however many want to sign in.
    private static let failurePause = Duration.seconds(5)

    init(_ provider: OIDCProvider, http: HTTPClient, limits: HTTPLimits, clock: WallClock) {
        self.provider = provider
        self.http = http
        self.limits = limits
        self.clock = clock
    }

    /// What the provider says of itself, at most an hour old.
    func metadata() async throws -> OIDCMetadata {
        let now = clock.now()
        let (held, failure) = known.withLock { ($0.metadata, $0.failure) }
        if let held, now - held.at < Self.memory { return held.value }
        if let failure, now - failure.at < Self.failurePause { throw failure.fault }
        do {
            let bytes = try await get(OIDCMetadata.address(of: provider.issuer))
            let metadata = try OIDCMetadata(bytes, of: provider.issuer)
            known.withLock { known in
                known.metadata = (metadata, now)
                known.failure = nil
            }
            return metadata
        } catch let fault as OIDCFault {
            known.withLock { $0.failure = (fault, now) }
            throw fault
        }
    }

    /// The key that signed a token.
    ///
    /// - Throws: `OIDCFault` when the provider has no such key, not even after another look.
    func key(of token: IDToken.Parts) async throws -> OIDCKey {
        let now = clock.now()
        let held = known.withLock { $0.keys }
        if let held, now - held.at < Self.memory {
            if let key = token.key(among: held.value) { return key }
            guard now - held.at >= Self.keysPause else { throw Self.noSuchKey }
        }
        let keys = try OIDCKey.set(try await get(try await metadata().keysAddress))
        known.withLock { $0.keys = (keys, now) }
        guard let key = token.key(among: keys) else { throw Self.noSuchKey }
        return key
    }

    /// Fetches what every sign-in needs.
    func lookAround() async throws {
        let keys = try OIDCKey.set(try await get(try await metadata().keysAddress))
        guard !keys.isEmpty else { throw OIDCFault.untrusted("the provider has no key that could sign an ID token") }
    }

    private static let noSuchKey = OIDCFault.untrusted(
        "the ID token is signed with a key that the provider does not have"
    )

    private struct Tokens: Decodable { let id_token: String }
    private struct Refusal: Decodable { let error: String }

    /// Trades a code for the ID token that it stands for.
    func redeem(_ code: String, verifier: String, redirect: String) async throws -> IDToken.Parts {
        let metadata = try await metadata()
        var fields = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect),
            ("code_verifier", verifier),
        ]
        var headers = [
            (name: "Content-Type", value: "application/x-www-form-urlencoded"),
            (name: "Accept", value: "application/json"),
        ]
        let secret = try provider.currentSecret(at: clock.now())
        if let secret, metadata.takesBasicSecret, !provider.signsSecret {
            let pair = "\(provider.clientID.percentEncoded()):\(secret.percentEncoded())"
            headers.append((name: "Authorization", value: "Basic " + Data(pair.utf8).base64EncodedString()))
        } else {
            fields.append(("client_id", provider.clientID))
            if let secret { fields.append(("client_secret", secret)) }
        }
        let answer = try await send(
            HTTPRequest(.post, metadata.tokenEndpoint, headers: headers, body: Array(fields.formEncoded.utf8))
        )
        guard answer.status == 200 else {
            let word = (try? JSONDecoder().decode(Refusal.self, from: Data(answer.body)))?.error.plainWord ?? "no word"
            throw OIDCFault(.refused, "the provider refused the code with \(answer.status), \(word)")
        }
        guard let tokens = try? JSONDecoder().decode(Tokens.self, from: Data(answer.body)) else {
            throw OIDCFault(.unavailable, "the provider answered the code without an ID token")
        }
        return try IDToken.Parts(tokens.id_token)
    }

    private func get(_ url: String) async throws -> [UInt8] {
        let answer = try await send(HTTPRequest(.get, url, headers: [("Accept", "application/json")]))
        guard answer.status == 200 else { throw OIDCFault(.unavailable, "the provider answered \(answer.status)") }
        return answer.body
    }

    private func send(_ request: HTTPRequest) async throws -> HTTPAnswer {
        do {
            return try await http.send(request, limits: limits)
        } catch let fault as OutboundFault {
            throw OIDCFault(.unavailable, "\(fault)")
        } catch is Overloaded {
            throw OIDCFault(.unavailable, "too many others are signing in")
        }
    }
}

extension Array where Element == (String, String) {
    /// The pairs as a form or a query has them.
    var formEncoded: String { map { "\($0.percentEncoded())=\($1.percentEncoded())" }.joined(separator: "&") }
}

extension String {
    /// A word of another server as it may stand in the log: short, and plain letters only.
    var plainWord: String {
        String(decoding: utf8.prefix(40).filter { (0x61...0x7A).contains($0) || $0 == 0x5F }, as: UTF8.self)
    }
}

import Core
import HTTPServer

/// Bounds how often passwords may be tried, so that nobody guesses one and nobody locks another out.
///
/// Strangers share a small number of tries for each account. A browser from which somebody signed in before carries a
/// token that says so, and has tries of its own: an attack from many addresses does not keep its owner out.
struct SignInGuard: Sendable {
    private let key: [UInt8]
    private let counter: LenientRateCounter

    /// With each try counted, also those that succeed.
    private static let perAddress = RateLimits.Limit(count: 30, window: .seconds(600))
    private static let perAccount = RateLimits.Limit(count: 20, window: .seconds(3_600))
    private static let letters = RateLimits.Limit(count: 5, window: .seconds(3_600))
    private static let perDevice = RateLimits.Limit(count: 10, window: .seconds(600))

    init(secret: MasterSecret, counter: (any RateCounting)?) {
        key = secret.key(for: "known devices")
        self.counter = LenientRateCounter(shared: counter)
    }

    /// - Throws: a 429 when it is one try too many.
    func admit(_ email: EmailAddress, device: String?, from household: String) async throws {
        let account = SHA256(of: email.folded.utf8).description.prefix(32)
        if let device, knows(device, email) {
            return try await use("sign-in:device:\(SHA256(of: device.utf8))", Self.perDevice)
        }
        try await use("sign-in:address:\(household)", Self.perAddress)
        try await use("sign-in:account:\(account)", Self.perAccount)
    }

    /// Whether one more letter may be sent to an address because somebody asked for it who need not be its owner.
    func mayWrite(to email: EmailAddress) async -> Bool {
        await standing("letter:\(SHA256(of: email.folded.utf8))", Self.letters).isAllowed
    }

    /// Whoever is signed in already proves once more who they are.
    func admitProof(of user: User.ID) async throws { try await use("sign-in:proof:\(user)", Self.perDevice) }

    /// What a browser keeps after its owner has signed in; it opens nothing by itself.
    func deviceToken(for email: EmailAddress) -> String {
        let nonce = randomBytes(12).base64URL
        return nonce + "." + code(nonce, email).base64URL
    }

    private func knows(_ token: String, _ email: EmailAddress) -> Bool {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard token.utf8.count < 128, parts.count == 2, let code = parts[1].base64URLBytes else { return false }
        return constantTimeEqual(code, self.code(String(parts[0]), email))
    }

    private func code(_ nonce: String, _ email: EmailAddress) -> [UInt8] {
        HMACSHA256.code(of: Array("\(nonce) \(email.folded)".utf8), key: key)
    }

    private func standing(_ name: String, _ limit: RateLimits.Limit) async -> RateStanding {
        await counter.use(name, limit: limit.count, per: limit.window)
    }

    private func use(_ name: String, _ limit: RateLimits.Limit) async throws {
        let standing = await standing(name, limit)
        guard !standing.isAllowed else { return }
        let wait = max(1, Int(standing.retryAfter.seconds.rounded(.up)))
        throw Problem.tooManyRequests(
            "There were too many attempts to sign in. Wait \(wait) s, or set a new password by mail.",
            retryAfter: wait
        )
    }
}

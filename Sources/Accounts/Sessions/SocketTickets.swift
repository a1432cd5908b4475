import Database
import Core
import HTTPServer

/// Opens WebSockets for pages, which can send no header fields: with a ticket that is used once, or an access token.
struct SocketTickets: Sendable {
    let tokens: OneTimeTokenStore
    let identify: Identify
    let clock: WallClock

    static let life = Duration.seconds(60)

    /// What a ticket remembers of whoever asked for it.
    private struct Content: Codable {
        let caller: Caller
    }

    func issue(to caller: Caller) async throws -> String {
        try await tokens.database.write { tx in
            try await tokens.issue(.socket, content: Content(caller: caller), of: caller.user, life: Self.life, in: tx)
        }
    }

    func caller(_ token: String, from address: String) async throws -> Caller {
        if let caller = try await identify.caller(ofAccessToken: token, from: address) { return caller }
        // What somebody may do can have changed since they asked.
        guard let content = try await tokens.redeem(token, as: .socket, Content.self),
            let caller = try await identify.renewed(content.caller, from: address)
        else {
            throw Problem.unauthorized(
                "The ticket is not one of this server, was used already, or is older than a minute."
            )
        }
        return caller
    }
}

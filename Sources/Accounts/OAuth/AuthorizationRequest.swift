import Core
import Database
import HTTPServer

/// The parameters of a question for leave, as they came (RFC 6749, 4.1.1 and RFC 7636, 4.3).
struct AuthorizationQuery: Hashable, Sendable {
    let clientID: String?
    let redirect: String?
    let responseType: String?
    let scope: String?
    let state: String?
    let challenge: String?
    let challengeMethod: String?
}

/// An application that asks a person for leave, in a question that was checked.
struct AuthorizationRequest: Sendable {
    let client: OAuthClient
    let redirect: RedirectAddress
    let state: String?
    let scopes: Set<Permission>
    let challenge: String

    /// Where the browser goes with an answer to it.
    func address(_ pairs: [(String, String)], issuer: String) -> String {
        Self.address(redirect, pairs, state: state, issuer: issuer)
    }

    /// Names the issuer, so that an application which knows several is not deceived (RFC 9207).
    static func address(
        _ redirect: RedirectAddress,
        _ pairs: [(String, String)],
        state: String?,
        issuer: String
    ) -> String {
        redirect.adding(pairs + (state.map { [("state", $0)] } ?? []) + [("iss", issuer)])
    }
}

/// Why nobody is asked.
enum AuthorizationFault: Error {
    /// The application or its address is not known: the browser is sent nowhere.
    case untrusted(Word)
    /// The application asked wrongly, and is told so.
    case refused(OAuthFault, RedirectAddress, state: String?)

    enum Word: String, CaseIterable, Codable, Sendable {
        case unknownApplication = "unknown-application"
        case otherAddress = "other-address"
    }
}

extension Accounts {
    /// - Throws: `AuthorizationFault`.
    func authorization(_ query: AuthorizationQuery) async throws -> AuthorizationRequest {
        let id = query.clientID.flatMap { OAuthClient.ID($0) }
        guard let client = try await client(id) else { throw AuthorizationFault.untrusted(.unknownApplication) }
        guard let redirect = query.redirect.flatMap({ RedirectAddress($0) }),
            client.redirects.contains(where: { $0.admits(redirect) })
        else { throw AuthorizationFault.untrusted(.otherAddress) }
        let state = query.state.flatMap { $0.utf8.count <= Self.longestState ? $0 : nil }
        do throws(OAuthFault) {
            return AuthorizationRequest(
                client: client,
                redirect: redirect,
                state: state,
                scopes: try Self.scopes(query, client),
                challenge: try Self.challenge(query)
            )
        } catch {
            throw AuthorizationFault.refused(error, redirect, state: state)
        }
    }

    private func client(_ id: OAuthClient.ID?) async throws -> OAuthClient? {
        guard let id else { return nil }
        return try await database.read { try await clients.client(id, in: $0) }
    }

    private static let longestState = 1_000

    private static func scopes(
        _ query: AuthorizationQuery,
        _ client: OAuthClient
    ) throws(OAuthFault) -> Set<Permission> {
        guard client.grantTypes.contains(.authorizationCode) else {
            throw OAuthFault(.unauthorizedClient, "the application was not registered to ask people")
        }
        guard query.responseType == "code" else {
            throw OAuthFault(
                query.responseType == nil ? .invalidRequest : .unsupportedResponseType,
                "response_type must be code"
            )
        }
        guard query.state?.utf8.count ?? 0 <= longestState else {
            throw OAuthFault(.invalidRequest, "state is longer than \(longestState) bytes")
        }
        return try client.scopes(asked: query.scope)
    }

    private static func challenge(_ query: AuthorizationQuery) throws(OAuthFault) -> String {
        guard let challenge = query.challenge else {
            throw OAuthFault(.invalidRequest, "code_challenge is missing: PKCE is asked of every application")
        }
        // Without a method it would be plain, which whoever reads the address can use.
        guard query.challengeMethod == "S256" else {
            throw OAuthFault(.invalidRequest, "code_challenge_method must be S256")
        }
        guard challenge.base64URLBytes?.count == 32 else {
            throw OAuthFault(.invalidRequest, "code_challenge is no SHA-256 digest as base64url")
        }
        return challenge
    }
}

extension OAuthClient {
    /// The scopes of a text that names some of the application's; all of them where there is none.
    func scopes(asked text: String?) throws(OAuthFault) -> Set<Permission> {
        guard let text, !text.isEmpty else { return scopes }
        guard let asked = Set<Permission>(scopeText: text), !asked.isEmpty, asked.isSubset(of: scopes) else {
            throw .badScope
        }
        return asked
    }
}

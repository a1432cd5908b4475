import FoundationEssentials

/// What a provider says of itself (OpenID Connect Discovery 1.0, 3), as far as it matters here.
struct OIDCMetadata: Hashable, Sendable {
    let authorizationEndpoint: String
    let tokenEndpoint: String
    let keysAddress: String
    /// Whether the client's secret goes into the header of the question for tokens, or into its form.
    let takesBasicSecret: Bool

    private struct Document: Decodable {
        let issuer: String
        let authorization_endpoint: String
        let token_endpoint: String
        let jwks_uri: String
        let token_endpoint_auth_methods_supported: [String]?
    }

    static func address(of issuer: String) -> String {
        (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + "/.well-known/openid-configuration"
    }

    /// - Throws: `OIDCFault` when the document is another issuer's, or leads to addresses that cannot be trusted.
    init(_ bytes: [UInt8], of issuer: String) throws(OIDCFault) {
        guard let document = try? JSONDecoder().decode(Document.self, from: Data(bytes)) else {
            throw OIDCFault(.unavailable, "the provider's description is not one of OpenID Connect")
        }
        guard document.issuer == issuer else { throw .untrusted("the provider's description names another issuer") }
        let isLocal = OIDCAddress.isLoopback(issuer)
        for address in [document.authorization_endpoint, document.token_endpoint, document.jwks_uri] {
            guard OIDCAddress.isTrusted(address), isLocal || !OIDCAddress.isLoopback(address) else {
                throw .untrusted("the provider's description has an address that is not https")
            }
        }
        authorizationEndpoint = document.authorization_endpoint
        tokenEndpoint = document.token_endpoint
        keysAddress = document.jwks_uri
        takesBasicSecret = document.token_endpoint_auth_methods_supported?.contains("client_secret_basic") ?? true
    }
}

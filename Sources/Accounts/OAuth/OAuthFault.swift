import HTTPServer

/// Why an application gets no token, in the words of the standard (RFC 6749, 4.1.2.1 and 5.2).
struct OAuthFault: Error, Sendable {
    enum Code: String, CaseIterable, Codable, Sendable {
        case invalidRequest = "invalid_request"
        case invalidClient = "invalid_client"
        case invalidGrant = "invalid_grant"
        case invalidScope = "invalid_scope"
        case unauthorizedClient = "unauthorized_client"
        case unsupportedGrantType = "unsupported_grant_type"
        case unsupportedResponseType = "unsupported_response_type"
        case accessDenied = "access_denied"
    }

    let code: Code
    /// For whoever writes the application; the standard allows no quotation marks in it.
    let detail: String

    init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    static let unknownClient = OAuthFault(.invalidClient, "the application or its secret is not known here")
    static let badGrant = OAuthFault(.invalidGrant, "this was used before, is too old, or belongs to somebody else")
    static let badScope = OAuthFault(.invalidScope, "the application may not ask for one of these scopes")

    /// The body of the answer.
    struct Answer: APIValue {
        let error: Code
        let errorDescription: String
    }

    func response() throws -> Response {
        let status = code == .invalidClient ? 401 : 400
        var response = try Response.json(Answer(error: code, errorDescription: detail), status: status)
        response.headers.append(("Cache-Control", "no-store"))
        if code == .invalidClient { response.headers.append(("WWW-Authenticate", "Basic realm=\"hedgerow\"")) }
        return response
    }
}

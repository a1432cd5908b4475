import Core
import FoundationEssentials
import HTTPServer

/// The form with which an application asks for tokens, or gives one back.
struct TokenRequest: Sendable {
    let clientID: String
    let clientSecret: String?
    private let fields: [String: String]

    subscript(name: String) -> String? { fields[name] }

    /// Reads the form, and who the application says it is: in the header or in the form, never in both (RFC 6749, 2.3).
    init(_ request: Request) throws(OAuthFault) {
        guard let pairs = try? request.formFields() else {
            throw OAuthFault(.invalidRequest, "the body is not a form")
        }
        var fields: [String: String] = [:]
        for (name, value) in pairs where !value.isEmpty {
            guard fields.updateValue(value, forKey: name) == nil else {
                throw OAuthFault(.invalidRequest, "a parameter is given twice")
            }
        }
        self.fields = fields
        let headers = request.headers.all("authorization")
        guard let header = headers.first else {
            guard let id = fields["client_id"] else { throw .unknownClient }
            (clientID, clientSecret) = (id, fields["client_secret"])
            return
        }
        guard headers.count == 1, fields["client_secret"] == nil, let (id, secret) = Self.basic(header),
            fields["client_id"] ?? id == id
        else { throw .unknownClient }
        (clientID, clientSecret) = (id, secret)
    }

    /// A value that must be there.
    func required(_ name: String) throws(OAuthFault) -> String {
        guard let value = fields[name] else { throw OAuthFault(.invalidRequest, "\(name) is missing") }
        return value
    }

    private static func basic(_ header: String) -> (id: String, secret: String)? {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "basic", let bytes = Data(base64Encoded: String(parts[1])),
            let pair = String(validating: bytes, as: UTF8.self), let colon = pair.firstIndex(of: ":"),
            let id = pair[..<colon].percentDecoded(), let secret = pair[pair.index(after: colon)...].percentDecoded()
        else { return nil }
        return (id, secret)
    }
}

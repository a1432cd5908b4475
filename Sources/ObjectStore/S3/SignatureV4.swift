import Core

/// Signs requests as AWS Signature Version 4 prescribes: pure, the time is a parameter.
struct SignatureV4: Sendable {
    /// A request as far as it is signed.
    struct Request: Sendable {
        var method: String
        /// Escaped, with its slashes.
        var path: String
        /// Names and values before they are escaped.
        var query: [(name: String, value: String)] = []
        /// Everything that shall be signed, `Host` among it.
        var headers: [(name: String, value: String)]
        /// The SHA-256 of the body in hexadecimal, or `UNSIGNED-PAYLOAD`.
        var payload: String
    }

    let credentials: S3Credentials
    let region: String
    var service = "s3"

    static let algorithm = "AWS4-HMAC-SHA256"
    static let unsignedPayload = "UNSIGNED-PAYLOAD"

    /// The fields that must be added to the request: date, content hash, token, and the signature over all of them.
    func headers(for request: Request, at moment: Timestamp) -> [(name: String, value: String)] {
        var added = [
            (name: "x-amz-date", value: Self.stamp(moment)), (name: "x-amz-content-sha256", value: request.payload),
        ]
        if let token = credentials.sessionToken { added.append((name: "x-amz-security-token", value: token)) }
        var signed = request
        signed.headers += added
        let signature = signature(of: stringToSign(canonical(signed), at: moment), at: moment)
        let names = Self.signedNames(signed)
        let value =
            "\(Self.algorithm) Credential=\(credentials.accessKey)/\(scope(moment)), "
            + "SignedHeaders=\(names), Signature=\(signature)"
        return added + [(name: "Authorization", value: value)]
    }

    /// The query of a request that anyone may send for `seconds`; only its headers given here are signed.
    func presignedQuery(for request: Request, seconds: Int, at moment: Timestamp) -> String {
        var signed = request
        signed.query += [
            ("X-Amz-Algorithm", Self.algorithm), ("X-Amz-Credential", "\(credentials.accessKey)/\(scope(moment))"),
            ("X-Amz-Date", Self.stamp(moment)), ("X-Amz-Expires", "\(seconds)"),
            ("X-Amz-SignedHeaders", Self.signedNames(request)),
        ]
        if let token = credentials.sessionToken { signed.query.append(("X-Amz-Security-Token", token)) }
        let signature = signature(of: stringToSign(canonical(signed), at: moment), at: moment)
        return Self.canonicalQuery(signed.query) + "&X-Amz-Signature=\(signature)"
    }

    func canonical(_ request: Request) -> String {
        let fields = request.headers.map { (name: $0.name.lowercased(), value: Self.trimmed($0.value)) }
            .sorted { $0.name < $1.name }
        let lines = fields.map { "\($0.name):\($0.value)\n" }.joined()
        return [
            request.method, request.path, Self.canonicalQuery(request.query), lines, Self.signedNames(request),
            request.payload,
        ].joined(separator: "\n")
    }

    func stringToSign(_ canonical: String, at moment: Timestamp) -> String {
        let digest = SHA256(of: canonical.utf8)
        return "\(Self.algorithm)\n\(Self.stamp(moment))\n\(scope(moment))\n\(digest)"
    }

    func signature(of text: String, at moment: Timestamp) -> String {
        var key = Array("AWS4\(credentials.secretKey)".utf8)
        for word in [Self.day(moment), region, service, "aws4_request"] {
            key = HMACSHA256.code(of: Array(word.utf8), key: key)
        }
        return HMACSHA256.code(of: Array(text.utf8), key: key).hexadecimal
    }

    static func canonicalQuery(_ query: [(name: String, value: String)]) -> String {
        query.map { ($0.name.percentEncoded(), $0.value.percentEncoded()) }.sorted { $0 < $1 }
            .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    }

    private func scope(_ moment: Timestamp) -> String { "\(Self.day(moment))/\(region)/\(service)/aws4_request" }

    private static func signedNames(_ request: Request) -> String {
        request.headers.map { $0.name.lowercased() }.sorted().joined(separator: ";")
    }

    /// The moment as `20130524T000000Z`, to the second.
    private static func stamp(_ moment: Timestamp) -> String {
        let whole = Timestamp(microseconds: moment.microseconds / 1_000_000 * 1_000_000)
        return whole.description.filter { $0 != "-" && $0 != ":" }
    }

    private static func day(_ moment: Timestamp) -> String { String(stamp(moment).prefix(8)) }

    /// Without blanks at the ends, and with one where several stood.
    private static func trimmed(_ value: String) -> String { value.split(separator: " ").joined(separator: " ") }
}

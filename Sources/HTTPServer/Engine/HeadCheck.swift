/// The head of a request as it came, before anything is believed.
struct RawHead: Sendable {
    var method: String
    var target: String
    var version: String
    var headers: Headers
    var size: Int
    /// Whether nothing was hidden between its parts: no NUL, no folded line, no line without its CRLF.
    var isPlain = true
}

/// What a head says about the body that follows.
struct Framing: Sendable, Hashable {
    var length: Int?
    var isChunked = false
    var expectsContinue = false

    var hasBody: Bool { isChunked || (length ?? 0) > 0 }
}

/// Refuses heads that two servers in a row could read differently, or that are too large.
enum HeadCheck {
    static func framing(of head: RawHead, bytes: Int, fields: Int) throws(Problem) -> Framing {
        guard head.version == "HTTP/1.1" || head.version == "HTTP/1.0" else {
            throw Problem(505, "version", "This server speaks HTTP/1.1 and HTTP/1.0.")
        }
        guard head.isPlain else {
            throw .badRequest("The head has a NUL, a folded line or a line that does not end with CRLF.")
        }
        guard head.size <= bytes else {
            throw Problem(431, "head-too-large", "The head of the request is larger than \(bytes) bytes.")
        }
        guard head.headers.fields.count <= fields else {
            throw Problem(431, "head-too-large", "The head of the request has more than \(fields) fields.")
        }
        guard !head.method.isEmpty, head.method.utf8.count <= 32, head.method.utf8.allSatisfy(\.isTokenByte) else {
            throw .badRequest("The method is not a token.")
        }
        try checkFields(head.headers)
        return try framing(head.headers, version: head.version)
    }

    private static func checkFields(_ headers: Headers) throws(Problem) {
        for (name, value) in headers.fields {
            guard !name.isEmpty, name.utf8.allSatisfy(\.isTokenByte) else {
                throw .badRequest("The name of a header field is not a token.")
            }
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw .badRequest("The header field \(name) has a control character in it.")
            }
        }
    }

    private static func framing(_ headers: Headers, version: String) throws(Problem) -> Framing {
        let hosts = headers.all("host")
        guard hosts.count == 1 || (hosts.isEmpty && version == "HTTP/1.0") else {
            throw .badRequest("The request has \(hosts.count) Host fields.")
        }
        if let host = hosts.first, !host.utf8.allSatisfy({ $0.isTokenByte || ":[]".utf8.contains($0) }) {
            throw .badRequest("The Host field is malformed.")
        }
        let lengths = headers.all("content-length")
        let encodings = headers.all("transfer-encoding")
        guard lengths.count <= 1 else { throw .badRequest("The request has several Content-Length fields.") }
        guard encodings.count <= 1 else { throw .badRequest("The request has several Transfer-Encoding fields.") }
        guard lengths.isEmpty || encodings.isEmpty else {
            throw .badRequest("The request has both Content-Length and Transfer-Encoding.")
        }
        var framing = Framing()
        if let encoding = encodings.first {
            guard encoding.asciiLowercased() == "chunked", version == "HTTP/1.1" else {
                throw .badRequest("The only transfer encoding taken is chunked, in HTTP/1.1.")
            }
            framing.isChunked = true
        }
        if let length = lengths.first {
            guard (1...18).contains(length.utf8.count), length.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                throw .badRequest("The Content-Length is not a number.")
            }
            framing.length = Int(length)
        }
        if let expectation = headers["expect"] {
            guard expectation.asciiLowercased() == "100-continue" else {
                throw Problem(417, "expectation", "The only expectation taken is 100-continue.")
            }
            framing.expectsContinue = version == "HTTP/1.1"
        }
        return framing
    }
}

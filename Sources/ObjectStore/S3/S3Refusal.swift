import Core
import Outbound

/// A server's answer other than a success.
struct S3Refusal: Error {
    let status: Int
    /// The server's own word, such as `NoSuchKey`; empty when it gave none.
    let code: String
    let retryAfter: Duration?

    init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
        self.status = status
        let error = XMLElement(body).flatMap { $0.name == "Error" ? $0 : $0["Error"] }
        // Only a plain word: the rest of the document may repeat what was asked.
        let word = error?["Code"]?.text ?? ""
        code = word.utf8.count <= 64 && word.allSatisfy { $0.isLetter || $0.isNumber } ? word : ""
        retryAfter = headers.first { $0.name.lowercased() == "retry-after" }.flatMap { Int($0.value) }
            .flatMap { (0...60).contains($0) ? .seconds($0) : nil }
    }

    /// Whether the same request may well succeed a little later.
    var isTransient: Bool {
        switch code {
        case "SlowDown", "RequestTimeout", "InternalError", "ServiceUnavailable", "Throttling", "OperationAborted": true
        default: status == 408 || status == 429 || status >= 500 && status != 501 && status != 507
        }
    }

    /// In words that a caller can act on.
    func fault(_ what: String) -> ObjectFault {
        let named = code.isEmpty ? "\(status)" : "\(status) \(code)"
        func fault(_ code: ObjectFault.Code, _ hint: String = "") -> ObjectFault {
            ObjectFault(code, "\(what): the object store answered \(named)" + (hint.isEmpty ? "" : "; \(hint)"))
        }
        switch code {
        case "NoSuchBucket": return fault(.unavailable, "the bucket does not exist")
        case "SignatureDoesNotMatch", "InvalidAccessKeyId", "AccessDenied", "ExpiredToken", "InvalidToken":
            return fault(.unavailable, "check the credentials and what they may do")
        case "RequestTimeTooSkewed": return fault(.unavailable, "the clock of this machine is wrong")
        case "AuthorizationHeaderMalformed", "PermanentRedirect", "TemporaryRedirect":
            return fault(.unavailable, "check the region and the endpoint")
        case "XAmzContentSHA256Mismatch", "BadDigest", "InvalidDigest": return fault(.hashMismatch)
        case "EntityTooLarge": return fault(.tooLarge)
        case "QuotaExceeded", "XMinioStorageFull": return fault(.full)
        case "InvalidRange": return fault(.invalidRange)
        default: break
        }
        return switch status {
        case 404: fault(.notFound)
        case 403: fault(.unavailable, "check the credentials and what they may do")
        case 412: fault(.changed)
        case 416: fault(.invalidRange)
        case 507: fault(.full)
        case 301, 302, 307, 308: fault(.unavailable, "check the region and the endpoint")
        default: isTransient ? fault(.unavailable) : fault(.other)
        }
    }
}

extension ObjectFault {
    /// Maps what the client for HTTP says.
    init(_ fault: OutboundFault, _ what: String) {
        let code: Code =
            switch fault.code {
            case .unreachable, .notResolved, .timeout, .brokenOff, .tls, .refusedAddress: .unavailable
            default: .other
            }
        self.init(code, "\(what): \(fault)")
    }
}

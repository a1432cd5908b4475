import CCurl
import Core

/// One curl handle with its header lines; owned by one `Transfer`.
@safe final class CurlHandle {
    private let raw: UnsafeMutableRawPointer
    private var lines: UnsafeMutablePointer<curl_slist>?
    private var isGood = true

    init(_ request: HTTPRequest, host: String, isSecure: Bool, limits: HTTPLimits, client: HTTPClient.Identity) throws {
        guard let raw = unsafe curl_easy_init() else { throw OutboundFault(.other, host: host, "out of memory") }
        unsafe self.raw = raw
        set(CURLOPT_URL, request.url)
        set(CURLOPT_USERAGENT, client.agent)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        // A secure request never ends on an open line.
        set(CURLOPT_REDIR_PROTOCOLS_STR, isSecure ? "https" : "http,https")
        set(CURLOPT_NOSIGNAL, 1)
        // Large answers come in a sixteenth of the usual pieces.
        set(CURLOPT_BUFFERSIZE, 256 << 10)
        set(CURLOPT_CONNECTTIMEOUT_MS, Int(limits.connect.microseconds / 1_000))
        set(CURLOPT_TIMEOUT_MS, Int(limits.total.microseconds / 1_000))
        set(CURLOPT_LOW_SPEED_LIMIT, 1)
        set(CURLOPT_LOW_SPEED_TIME, Swift.max(1, Int(limits.stall.seconds)))
        unsafe note(ccurl_set_large(raw, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(limits.bytes)))
        let follows = (request.method == .get || request.method == .head) && limits.redirects > 0
        set(CURLOPT_FOLLOWLOCATION, follows ? 1 : 0)
        set(CURLOPT_MAXREDIRS, limits.redirects)
        // Through a proxy our own check of the address would see the proxy's.
        if client.reach == .publicOnly { set(CURLOPT_NOPROXY, "*") }
        set(request.method, body: request.body)
        try set(request.headers, host: host)
        guard isGood else { throw OutboundFault(.other, host: host, "curl refused an option") }
    }

    deinit {
        unsafe curl_easy_cleanup(raw)
        unsafe curl_slist_free_all(lines)
    }

    /// The handle as a number, for its `Transfer`.
    var address: UInt { UInt(bitPattern: unsafe raw) }

    private func set(_ option: CURLoption, _ value: Int) { unsafe note(ccurl_set_number(raw, option, value)) }
    private func set(_ option: CURLoption, _ value: String) { unsafe note(ccurl_set_text(raw, option, value)) }

    private func set(_ method: HTTPRequest.Method, body: [UInt8]?) {
        switch method {
        case .get: set(CURLOPT_HTTPGET, 1)
        case .head: set(CURLOPT_NOBODY, 1)
        case .post, .put, .delete: set(CURLOPT_CUSTOMREQUEST, method.rawValue)
        }
        if method != .get, method != .head {
            let body = body ?? []
            unsafe body.withUnsafeBytes { unsafe note(ccurl_set_body(raw, $0.baseAddress, $0.count)) }
        }
    }

    private func set(_ headers: [(name: String, value: String)], host: String) throws {
        // No "Expect: 100-continue": many servers answer it late or not at all.
        for (name, value) in headers + [(name: "Expect", value: "")] {
            let line = value.isEmpty ? "\(name):" : "\(name): \(value)"
            guard !line.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
                throw OutboundFault(.other, host: host, "the header \(name) has a control character")
            }
            guard let longer = unsafe curl_slist_append(lines, line) else {
                throw OutboundFault(.other, host: host, "out of memory")
            }
            unsafe lines = longer
        }
        unsafe note(ccurl_set_list(raw, CURLOPT_HTTPHEADER, lines))
    }

    private func note(_ code: CURLcode) { if code != CURLE_OK { isGood = false } }
}

import CCurl
import Core

/// One curl handle with its list of lines (header fields, or recipients); owned by one `Transfer`.
@safe final class CurlHandle {
    let raw: UnsafeMutableRawPointer
    private let host: String
    private var lines: UnsafeMutablePointer<curl_slist>?
    private var upload: MailUpload?
    private var file: MemoryFile?
    private var isGood = true

    init(host: String) throws {
        guard let raw = unsafe curl_easy_init() else { throw OutboundFault(.other, host: host, "out of memory") }
        unsafe self.raw = raw
        self.host = host
    }

    convenience init(
        _ request: HTTPRequest,
        host: String,
        isSecure: Bool,
        limits: HTTPLimits,
        client: HTTPClient.Identity
    ) throws {
        try self.init(host: host)
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
        if client.reach.isBounded { set(CURLOPT_NOPROXY, "*") }
        set(request.method, body: request.body)
        try set(request.headers)
        try check()
    }

    deinit {
        unsafe curl_easy_cleanup(raw)
        unsafe curl_slist_free_all(lines)
    }

    /// The handle as a number, for its `Transfer`.
    var address: UInt { UInt(bitPattern: unsafe raw) }

    /// - Throws: `OutboundFault` when curl did not take an option.
    func check() throws {
        guard isGood else { throw OutboundFault(.other, host: host, "curl refused an option") }
    }

    /// What curl reads while the handle lives.
    func keep(_ upload: MailUpload) -> UnsafeMutableRawPointer {
        self.upload = upload
        return unsafe Unmanaged.passUnretained(upload).toOpaque()
    }

    /// A file that curl reads while the handle lives; its path.
    func keep(_ file: MemoryFile) -> String {
        self.file = file
        return file.path
    }

    func set(_ option: CURLoption, _ value: Int) { unsafe note(ccurl_set_number(raw, option, value)) }
    func set(_ option: CURLoption, _ value: String) { unsafe note(ccurl_set_text(raw, option, value)) }

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

    private func set(_ headers: [(name: String, value: String)]) throws {
        // No "Expect: 100-continue": many servers answer it late or not at all.
        let lines = try (headers + [(name: "Expect", value: "")]).map { name, value in
            let line = value.isEmpty ? "\(name):" : "\(name): \(value)"
            guard !line.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
                throw OutboundFault(.other, host: host, "the header \(name) has a control character")
            }
            return line
        }
        try set(CURLOPT_HTTPHEADER, lines: lines)
    }

    /// Once a handle.
    func set(_ option: CURLoption, lines more: [String]) throws {
        for line in more {
            guard let longer = unsafe curl_slist_append(lines, line) else {
                throw OutboundFault(.other, host: host, "out of memory")
            }
            unsafe lines = longer
        }
        unsafe note(ccurl_set_list(raw, option, lines))
    }

    func note(_ code: CURLcode) { if code != CURLE_OK { isGood = false } }
}

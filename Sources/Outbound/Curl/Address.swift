import CCurl

/// Reads addresses with the same parser that the transfer will use, so that the two never disagree.
enum Address {
    struct Parts {
        let host: String
        let isSecure: Bool
    }

    /// `nil` unless the address is http or https and names a host.
    static func parts(of url: String) -> Parts? {
        guard !url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }), url.utf8.count <= 8_192 else { return nil }
        guard let parser = unsafe curl_url() else { return nil }
        defer { unsafe curl_url_cleanup(parser) }
        guard unsafe curl_url_set(parser, CURLUPART_URL, url, 0) == CURLUE_OK else { return nil }
        func part(_ part: CURLUPart) -> String? {
            var text: UnsafeMutablePointer<CChar>?
            guard unsafe curl_url_get(parser, part, &text, 0) == CURLUE_OK, let text = unsafe text else { return nil }
            defer { unsafe curl_free(text) }
            return unsafe String(cString: text)
        }
        guard let scheme = part(CURLUPART_SCHEME), let host = part(CURLUPART_HOST), !host.isEmpty else { return nil }
        guard scheme == "http" || scheme == "https" else { return nil }
        return Parts(host: host, isSecure: scheme == "https")
    }
}

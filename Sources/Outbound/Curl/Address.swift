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
        guard scheme == "http" || scheme == "https", isName(host) else { return nil }
        return Parts(host: host, isSecure: scheme == "https")
    }

    /// Names in other letters are written in their ASCII form, `xn--…`: the transfer would not find them.
    private static func isName(_ host: String) -> Bool {
        host.first == "["
            || host.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
                default: false
                }
            }
    }
}

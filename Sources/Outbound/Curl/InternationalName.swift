import CCurl
import Glibc

/// Host names in letters of any script.
enum InternationalName {
    /// The name as the network writes it, such as `xn--bcher-kva.example`; `nil` when it is no name of a host.
    static func ascii(_ name: String) -> String? {
        // libidn2, which curl asks, goes by the locale; the program itself stays in the plain one.
        guard let locale = unsafe newlocale(LC_CTYPE_MASK, "C.UTF-8", nil) else { return nil }
        let usual = unsafe uselocale(locale)
        defer {
            _ = unsafe uselocale(usual)
            unsafe freelocale(locale)
        }
        guard let parser = unsafe curl_url() else { return nil }
        defer { unsafe curl_url_cleanup(parser) }
        guard unsafe curl_url_set(parser, CURLUPART_SCHEME, "http", 0) == CURLUE_OK,
            unsafe curl_url_set(parser, CURLUPART_HOST, name, 0) == CURLUE_OK
        else { return nil }
        var text: UnsafeMutablePointer<CChar>?
        let flags = UInt32(CURLU_PUNYCODE)
        guard unsafe curl_url_get(parser, CURLUPART_HOST, &text, flags) == CURLUE_OK, let text = unsafe text else {
            return nil
        }
        defer { unsafe curl_free(text) }
        return unsafe String(cString: text)
    }
}

import Core

/// Which addresses of providers, and of pages to go on to, are trusted.
enum OIDCAddress {
    /// Whether the address is https, or http on this machine itself, where nobody listens in between.
    static func isTrusted(_ url: String) -> Bool {
        guard url.utf8.count <= 2_000, url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !url.contains("#"),
            !url.contains("\\")
        else { return false }
        if url.hasPrefix("https://") { return !host(url).isEmpty }
        return url.hasPrefix("http://") && isLoopback(url)
    }

    /// Whether the host is this machine itself by a name that no one else can answer for.
    static func isLoopback(_ url: String) -> Bool { ["127.0.0.1", "localhost", "[::1]"].contains(host(url)) }

    /// Whether it is a path on this server: nothing that a browser could read as the address of another one.
    static func isLocalPath(_ path: String) -> Bool {
        path.hasPrefix("/") && !path.hasPrefix("//") && path.utf8.count <= 1_000
            && path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
    }

    /// Empty for an address with a name or a password before its host: they are for deceiving readers.
    private static func host(_ url: String) -> Substring {
        let rest = url.drop { $0 != ":" }.dropFirst(3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else { return "" }
        if authority.hasPrefix("[") { return authority.prefix { $0 != "]" } + "]" }
        return authority.prefix { $0 != ":" }
    }
}

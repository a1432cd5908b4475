import FoundationEssentials

/// The server that takes our mail, and who we are there; prints without credentials.
///
/// Read from `smtp://[user:password@]host[:port]` (port 587) or `smtps://` (TLS from the first byte, port 465). What may
/// follow: `?tls=required|optional|off` for `smtp`, and `ca=/path/authority.pem` for a server with a certificate of its own
/// authority.
package struct MailServer: Hashable, Sendable {
    package enum Security: String, Hashable, Sendable {
        /// TLS from the first byte.
        case immediate
        /// STARTTLS, or nothing is sent.
        case required
        /// STARTTLS where the server offers it; someone in between can take the offer away.
        case optional
        case off
    }

    package let host: String
    package let port: Int
    package let security: Security
    let user: String?
    let password: String?
    /// A PEM file; `nil` for the authorities that the machine trusts.
    let authority: String?

    /// - Throws: `MailServerFault`, which never shows the address: it may hold a password.
    package init(_ url: String) throws(MailServerFault) {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(),
            ["smtp", "smtps"].contains(scheme), let host = parts.host, !host.isEmpty, parts.fragment == nil,
            parts.path.isEmpty || parts.path == "/"
        else { throw .form }
        let isImmediate = scheme == "smtps"
        self.host = String(host.drop { $0 == "[" }.prefix { $0 != "]" })
        port = parts.port ?? (isImmediate ? 465 : 587)
        guard (1...65_535).contains(port) else { throw .port }
        user = parts.user.flatMap { $0.isEmpty ? nil : $0 }
        password = parts.password.flatMap { $0.isEmpty ? nil : $0 }
        guard (user == nil) == (password == nil) else { throw .halfCredentials }
        for text in [self.host, user ?? "", password ?? ""] where !text.isOneLine { throw .form }
        var security: Security = isImmediate ? .immediate : Self.isLoopback(self.host) ? .off : .required
        var authority: String?
        for item in parts.queryItems ?? [] {
            switch item.name {
            case "tls":
                guard !isImmediate, let choice = item.value.flatMap(Security.init), choice != .immediate else {
                    throw .tls
                }
                security = choice
            case "ca":
                guard let path = item.value, path.hasPrefix("/"), path.isOneLine else { throw .authority }
                authority = path
            default: throw .parameter
            }
        }
        self.security = security
        self.authority = authority
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1"
            || (host.hasPrefix("127.") && host.allSatisfy { "0123456789.".contains($0) })
    }

    /// For libcurl.
    var url: String { "\(security == .immediate ? "smtps" : "smtp")://\(self)" }
}

extension MailServer: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    package var debugDescription: String { description }
    /// Nothing: `dump` would show the password.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why the address of a mail server cannot be used, in words for the operator.
package enum MailServerFault: Error, Hashable, Sendable, CustomStringConvertible {
    case form, port, halfCredentials, tls, authority, parameter

    package var description: String {
        switch self {
        case .form:
            """
            takes smtp://[user:password@]host[:port] or smtps://…, with characters such as @ / # % in user and password \
            written as %40 %2F %23 %25
            """
        case .port: "takes a port from 1 to 65535"
        case .halfCredentials: "names a user without a password, or a password without a user"
        case .tls: "takes tls=required, optional or off, and none of them after smtps://"
        case .authority: "takes ca= with the whole path of a PEM file"
        case .parameter: "takes tls= and ca= after the question mark, nothing else"
        }
    }
}

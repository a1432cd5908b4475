/// A server that files lie on, and who we are there; prints without credentials.
package struct RemoteServer: Sendable {
    package enum Kind: String, CaseIterable, Codable, Sendable {
        /// FTP that turns to TLS before a name is told.
        case ftps
        /// FTP with TLS from the first byte.
        case ftpsImplicit = "ftps_implicit"
        case sftp

        package var usualPort: Int {
            switch self {
            case .ftps: 21
            case .ftpsImplicit: 990
            case .sftp: 22
            }
        }
    }

    package enum Secret: Hashable, Sendable {
        case password(String)
        /// A private key without a passphrase, in the form of PEM or OpenSSH; for SFTP alone.
        case key(String)
    }

    package let kind: Kind
    package let host: String
    package let port: Int
    package let account: String
    let secret: Secret
    /// Of the server's public key; `nil` trusts a certificate that the authorities of this machine vouch for, and no SFTP server.
    package let fingerprint: Fingerprint?

    package init(
        _ kind: Kind,
        host: String,
        port: Int,
        account: String,
        secret: Secret,
        fingerprint: Fingerprint?
    ) {
        self.kind = kind
        self.host = host
        self.port = port
        self.account = account
        self.secret = secret
        self.fingerprint = fingerprint
    }

    /// The SHA-256 of a public key, as OpenSSH writes it: `SHA256:` and 43 letters of base64.
    package struct Fingerprint: Hashable, Sendable, CustomStringConvertible {
        /// Without padding.
        let base64: String

        package init?(_ text: String) {
            var rest = text[...]
            for prefix in ["SHA256:", "sha256//"] where rest.hasPrefix(prefix) { rest = rest.dropFirst(prefix.count) }
            while rest.last == "=" { rest.removeLast() }
            let isPlain = rest.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "+" || $0 == "/") }
            guard rest.utf8.count == 43, isPlain else { return nil }
            base64 = String(rest)
        }

        package var description: String { "SHA256:\(base64)" }
    }

    /// What may be a host: a name or an address, without what an address has around it.
    package static func isHost(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count)
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".-:_".contains($0)) }
    }
}

extension RemoteServer: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    package var debugDescription: String { description }
    /// Nothing: `dump` would show the secret.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

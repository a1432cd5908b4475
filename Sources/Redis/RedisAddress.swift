import FoundationEssentials

/// Where Redis is and who we are there, read from `redis://[user:password@]host[:port][/db]`; prints without credentials.
package struct RedisAddress: Sendable {
    let host: String
    let port: Int
    let user: String?
    let password: String?
    let database: Int

    /// - Throws: `RedisAddressFault`, which never shows the address: it may hold a password.
    package init(_ url: String) throws(RedisAddressFault) {
        if url.lowercased().hasPrefix("rediss:") { throw RedisAddressFault.tls }
        guard let parts = URLComponents(string: url), parts.scheme?.lowercased() == "redis" else {
            throw RedisAddressFault.form
        }
        guard let host = parts.host, !host.isEmpty, parts.query == nil, parts.fragment == nil else {
            throw RedisAddressFault.form
        }
        self.host = String(host.drop { $0 == "[" }.prefix { $0 != "]" })
        guard let port = parts.port ?? Self.defaultPort, (1...65_535).contains(port) else {
            throw RedisAddressFault.port
        }
        self.port = port
        user = parts.user.flatMap { $0.isEmpty ? nil : $0 }
        password = parts.password.flatMap { $0.isEmpty ? nil : $0 }
        if user != nil, password == nil { throw RedisAddressFault.userWithoutPassword }
        let path = parts.path.drop { $0 == "/" }
        guard let database = path.isEmpty ? 0 : Int(path), (0...9_999).contains(database) else {
            throw RedisAddressFault.database
        }
        self.database = database
    }

    private static let defaultPort: Int? = 6_379
}

extension RedisAddress: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        let host = host.contains(":") ? "[\(host)]" : host
        return database == 0 ? "\(host):\(port)" : "\(host):\(port)/\(database)"
    }
    package var debugDescription: String { description }
    /// Nothing: `dump` would show the password.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why an address of Redis cannot be used, in words for the operator.
package enum RedisAddressFault: Error, CustomStringConvertible {
    case tls, form, port, userWithoutPassword, database

    package var description: String {
        switch self {
        case .tls:
            """
            rediss:// needs TLS, which the hiredis of Debian 12 does not speak; run a tunnel beside the server, such as \
            stunnel, and name its local end with redis://
            """
        case .form:
            """
            takes redis://[user:password@]host[:port][/db], with characters such as @ / # in the password written as \
            %40 %2F %23
            """
        case .port: "takes a port from 1 to 65535"
        case .userWithoutPassword: "names a user without a password; for a password alone write redis://:password@host"
        case .database: "takes the number of a database after the host, such as /0"
        }
    }
}

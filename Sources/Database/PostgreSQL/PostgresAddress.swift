import Core

/// Where a PostgreSQL server is and how to log in; its description never shows the password.
///
/// `postgres://user:password@host:port/name?sslmode=verify-full&pool_max=40`. Several hosts have commas between them; a
/// folder for a socket is written `?host=/run/postgresql`. What is left out libpq takes from its own variables and files.
struct PostgresAddress: Hashable, Sendable, CustomStringConvertible {
    /// What libpq is given, under its own names.
    private(set) var keywords: [String: String] = [
        "client_encoding": "UTF8", "application_name": "hedgerow", "tcp_user_timeout": "30000", "keepalives_idle": "30",
        "keepalives_interval": "10", "keepalives_count": "3",
    ]
    private(set) var pool: PoolOptions

    static let schemes = ["postgres://", "postgresql://"]

    /// `kind` is which of several servers to take, as libpq's `target_session_attrs`, unless the address says it.
    ///
    /// - Throws: `unavailable`, naming the part that is wrong and never the whole address.
    init(_ url: String, pool: PoolOptions, rather kind: String = "any") throws {
        self.pool = pool
        keywords["target_session_attrs"] = kind
        guard let scheme = Self.schemes.first(where: url.hasPrefix) else { throw Self.fault("begins with no scheme") }
        let rest = url.dropFirst(scheme.count)
        let (place, query) = Self.split(rest, at: "?")
        let (authority, name) = Self.split(place, at: "/")
        var hosts = authority
        // A password may hold an @ that somebody forgot to write %40.
        if let at = authority.lastIndex(of: "@") {
            hosts = authority[authority.index(after: at)...]
            let (user, password) = Self.split(authority[..<at], at: ":")
            try set("user", user, "the user")
            try set("password", password ?? "", "the password")
        }
        try set(hosts: hosts)
        try set("dbname", name ?? "", "the name of the database")
        for item in (query ?? "").split(separator: "&") {
            let (key, value) = Self.split(item, at: "=")
            try set(option: String(key), try Self.decode(value ?? "", "the value of \(key)"))
        }
        guard self.pool.maximum > 0, self.pool.minimum <= self.pool.maximum else {
            throw Self.fault("has a pool_max that is zero or below its pool_min")
        }
    }

    /// The server and the database, for logs.
    var description: String {
        "\(keywords["host"] ?? "the default host")/\(keywords["dbname"] ?? keywords["user"] ?? "the default database")"
    }

    private mutating func set(_ keyword: String, _ text: Substring, _ part: String) throws {
        let value = try Self.decode(text, part)
        if !value.isEmpty { keywords[keyword] = value }
    }

    private mutating func set(hosts: Substring) throws {
        var names: [String] = []
        var ports: [String] = []
        for host in hosts.split(separator: ",") {
            var name = host
            var port = Substring()
            if host.first == "[" {
                guard let end = host.firstIndex(of: "]") else { throw Self.fault("has an open [ in its host") }
                name = host[host.index(after: host.startIndex)..<end]
                port = host[host.index(after: end)...].dropFirst()
            } else if let colon = host.lastIndex(of: ":") {
                (name, port) = (host[..<colon], host[host.index(after: colon)...])
            }
            guard port.isEmpty || UInt16(port) != nil else { throw Self.fault("has a port that is no number") }
            names.append(try Self.decode(name, "the host"))
            ports.append(String(port))
        }
        guard !names.isEmpty else { return }
        keywords["host"] = names.joined(separator: ",")
        if ports.contains(where: { !$0.isEmpty }) { keywords["port"] = ports.joined(separator: ",") }
    }

    private mutating func set(option key: String, _ value: String) throws {
        switch key {
        case "pool_min": pool.minimum = try Self.number(key, value)
        case "pool_max": pool.maximum = try Self.number(key, value)
        case "pool_wait": pool.patience = .seconds(try Self.number(key, value))
        case "pool_recycle": pool.recycleAfter = .seconds(try Self.number(key, value))
        case "connect_timeout": pool.connectLimit = .seconds(max(1, try Self.number(key, value)))
        case _ where Self.allowed.contains(key): keywords[key] = value
        default: throw Self.fault("has an option \(key) that is not known")
        }
    }

    /// Options of libpq that cannot change how results are read.
    private static let allowed: Set<String> = [
        "application_name", "channel_binding", "gssencmode", "host", "hostaddr", "keepalives", "keepalives_count",
        "keepalives_idle", "keepalives_interval", "passfile", "port", "service", "ssl_min_protocol_version", "sslcert",
        "sslcrl", "sslkey", "sslmode", "sslpassword", "sslrootcert", "target_session_attrs", "tcp_user_timeout",
    ]

    private static func number(_ key: String, _ value: String) throws -> Int {
        guard let number = Int(value), (0...100_000).contains(number) else {
            throw fault("has a \(key) that is no whole number up to 100000")
        }
        return number
    }

    private static func split(_ text: Substring, at mark: Character) -> (Substring, Substring?) {
        guard let index = text.firstIndex(of: mark) else { return (text, nil) }
        return (text[..<index], text[text.index(after: index)...])
    }

    private static func decode(_ text: Substring, _ part: String) throws -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexadecimalDigit, let low = rest.popFirst()?.hexadecimalDigit else {
                throw fault("has a % in \(part) that is not followed by two digits; a % itself is written %25")
            }
            bytes.append(high << 4 | low)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw fault("has characters in \(part) that are no text")
        }
        return decoded
    }

    private static func fault(_ what: String) -> DatabaseFault {
        DatabaseFault(.unavailable, "the database's address \(what); write postgres://user:password@host:port/name")
    }
}

import CCurl
import Core

extension CurlHandle {
    /// A question to a server of files: without TLS, or to a server with another key, nothing is told.
    convenience init(_ request: RemoteRequest, on server: RemoteServer, limit: Int64) throws {
        try self.init(host: server.host)
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_PROTOCOLS_STR, server.kind == .sftp ? "sftp" : "ftp,ftps")
        set(CURLOPT_CONNECTTIMEOUT_MS, 15_000)
        set(CURLOPT_TIMEOUT_MS, 600_000)
        set(CURLOPT_SERVER_RESPONSE_TIMEOUT, 30)
        set(CURLOPT_LOW_SPEED_LIMIT, 1)
        set(CURLOPT_LOW_SPEED_TIME, 30)
        // A proxy of the environment is for the web.
        set(CURLOPT_NOPROXY, "*")
        unsafe note(ccurl_set_large(raw, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(limit)))
        set(CURLOPT_USERNAME, server.account)
        try trust(server)
        let root = RemotePath(server)
        switch request {
        case .list(let folder, let facts):
            set(CURLOPT_URL, try root.url(folder) + (folder.isEmpty ? "" : "/"))
            if facts { set(CURLOPT_CUSTOMREQUEST, "MLSD") }
        case .fetch(let path): set(CURLOPT_URL, try root.url(path))
        case .remove(let path):
            set(CURLOPT_NOBODY, 1)
            if server.kind == .sftp {
                set(CURLOPT_URL, try root.url([]))
                try set(CURLOPT_QUOTE, lines: [try root.removal(path)])
            } else {
                let folder = Array(path.dropLast())
                set(CURLOPT_URL, try root.url(folder) + (folder.isEmpty ? "" : "/"))
                try set(CURLOPT_POSTQUOTE, lines: [try root.removal(path)])
            }
        }
        try check()
    }

    private func trust(_ server: RemoteServer) throws {
        switch server.kind {
        case .ftps, .ftpsImplicit:
            set(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue))
            if let key = server.fingerprint {
                // The key itself is trusted, whoever vouches for it.
                set(CURLOPT_SSL_VERIFYPEER, 0)
                set(CURLOPT_SSL_VERIFYHOST, 0)
                set(CURLOPT_PINNEDPUBLICKEY, "sha256//\(key.base64)=")
            }
            if case .password(let password) = server.secret { set(CURLOPT_PASSWORD, password) }
        case .sftp:
            guard let key = server.fingerprint else { throw OutboundFault(.tls, host: server.host) }
            set(CURLOPT_SSH_HOST_PUBLIC_KEY_SHA256, key.base64)
            switch server.secret {
            case .password(let password):
                set(CURLOPT_SSH_AUTH_TYPES, Self.byPassword)
                set(CURLOPT_PASSWORD, password)
            case .key(let text):
                set(CURLOPT_SSH_AUTH_TYPES, Self.byKey)
                set(CURLOPT_SSH_PRIVATE_KEYFILE, try keep(MemoryFile(Array(text.utf8), host: server.host)))
            }
        }
    }

    private static let byKey = 1 << 0
    /// Also where the server asks for it as if by keyboard.
    private static let byPassword = 1 << 1 | 1 << 3
}

/// How paths of a server are written in addresses and commands.
struct RemotePath {
    private let server: RemoteServer

    init(_ server: RemoteServer) { self.server = server }

    func url(_ path: [String]) throws -> String {
        try check(path)
        let scheme =
            switch server.kind {
            case .ftps: "ftp"
            case .ftpsImplicit: "ftps"
            case .sftp: "sftp"
            }
        var parts = path.filter { $0 != "/" }.map { $0.percentEncoded() }
        if path.first == "/" {
            if server.kind != .sftp, !parts.isEmpty { parts[0] = "%2F" + parts[0] }
        } else if server.kind == .sftp {
            parts.insert("~", at: 0)
        }
        let home = server.kind == .sftp && path.isEmpty ? "~/" : parts.joined(separator: "/")
        return "\(scheme)://\(server)/\(home)"
    }

    /// The command that removes a file.
    func removal(_ path: [String]) throws -> String {
        try check(path)
        guard let name = path.last else { throw OutboundFault(.invalidURL, host: server.host) }
        // FTP is in the folder by then.
        guard server.kind == .sftp else { return "DELE \(name)" }
        let whole = (path.first == "/" ? "/" : "") + path.filter { $0 != "/" }.joined(separator: "/")
        return "rm \"\(whole.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }

    /// What begins a line of its own would be a command of its own.
    private func check(_ path: [String]) throws {
        for part in path where part.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            throw OutboundFault(.invalidURL, host: server.host, "a name has a control character")
        }
    }
}

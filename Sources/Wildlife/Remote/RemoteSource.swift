import Core
import Outbound

/// Another server to which cameras upload, and from which their files are collected.
struct RemoteSource: Hashable, Sendable {
    typealias ID = Identifier<RemoteSource>

    let id: ID
    var name: String
    var kind: RemoteServer.Kind
    var host: String
    var port: Int
    var account: String
    /// Of the server's key, where it is trusted for itself.
    var fingerprint: String?
    /// Where the files lie; what begins with a slash begins at the root.
    var folder: String
    /// Names of the files, such as `*.jpg *.txt`.
    var pattern: String
    var everyMinutes: Int
    /// The code of the camera of all files; `nil` for the name of the folder that each lies in.
    var camera: String?
    /// Whether files are removed there once they are here.
    var removes: Bool
    var isOn: Bool
    let createdAt: Timestamp
    var nextAt: Timestamp
    var visit = Visit()

    /// How the last visit went.
    struct Visit: Hashable, Sendable {
        var at: Timestamp?
        /// When one last came to its end.
        var succeededAt: Timestamp?
        var error: String?
        var taken = 0
        var known = 0
        var rejected = 0
    }

    /// Whether the secret would be told to somebody else.
    func isElsewhere(than other: RemoteSource) -> Bool {
        kind != other.kind || host != other.host || port != other.port || account != other.account
            || fingerprint != other.fingerprint
    }

    func server(_ secret: RemoteServer.Secret) -> RemoteServer {
        RemoteServer(
            kind,
            host: host,
            port: port,
            account: account,
            secret: secret,
            fingerprint: fingerprint.flatMap { RemoteServer.Fingerprint($0) }
        )
    }

    /// The parts of the folder's path.
    var path: [String] {
        (folder.hasPrefix("/") ? ["/"] : []) + folder.split(separator: "/").map(String.init)
    }

    /// Whose file it is, by the path below the folder.
    func camera(of path: [String]) -> String? {
        if let camera { return camera }
        guard path.count > 1 else { return nil }
        return Camera.isCode(path[0]) ? path[0] : Camera.code(from: path[0])
    }
}

/// A file of another server that was dealt with; it is dealt with again when it is another one.
struct RemoteFile: Hashable, Sendable {
    enum Outcome: String, CaseIterable, Codable, Sendable { case taken, known, report, rejected }

    /// Below the folder of its source.
    let path: String
    let size: Int64
    let modified: String
    let outcome: Outcome
    let reason: String?
    let seenAt: Timestamp
}

/// Names with `*` for anything and `?` for one sign, apart by spaces; small and large letters are the same.
struct NamePattern: Sendable {
    private let pattern: Pattern

    init?(_ text: String) {
        let words = text.split { $0 == " " || $0 == "," }
        guard !words.isEmpty, text.utf8.count <= 200 else { return nil }
        let choices = words.map { word in
            word.map { sign in
                switch sign {
                case "*": ".*"
                case "?": "."
                default: sign.isLetter || sign.isNumber ? "\(sign)" : "\\\(sign)"
                }
            }.joined()
        }
        guard let pattern = try? Pattern("(?is)^(?:\(choices.joined(separator: "|")))$") else { return nil }
        self.pattern = pattern
    }

    func holds(_ name: String) -> Bool { (try? pattern.match(name)) != nil }
}

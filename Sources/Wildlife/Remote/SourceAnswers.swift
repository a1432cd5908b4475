import Core
import HTTPServer
import Outbound

/// A source as the API shows it, without what it signs in with.
struct SourceAnswer: APIValue {
    let id: RemoteSource.ID
    let name: String
    let `protocol`: RemoteServer.Kind
    let host: String
    let port: Int
    let account: String
    let fingerprint: String?
    let folder: String
    let pattern: String
    let everyMinutes: Int
    let camera: String?
    let removes: Bool
    let isOn: Bool
    let nextAt: Timestamp
    let lastAt: Timestamp?
    let succeededAt: Timestamp?
    let error: String?
    let taken: Int
    let known: Int
    let rejected: Int
    static let notes = [
        "camera": "The code of the camera of all files; null for the name of the folder that each lies in.",
        "error": "What went wrong at the last visit.", "fingerprint": "Of the key that is trusted for itself.",
        "known": "At the last visit: what was here before.", "lastAt": "When it was last visited.",
        "rejected": "At the last visit: what could not be taken.", "succeededAt": "When a visit last came to its end.",
        "taken": "At the last visit: pictures and reports that were new.",
    ]

    init(_ source: RemoteSource) {
        id = source.id
        name = source.name
        `protocol` = source.kind
        host = source.host
        port = source.port
        account = source.account
        fingerprint = source.fingerprint
        folder = source.folder
        pattern = source.pattern
        everyMinutes = source.everyMinutes
        camera = source.camera
        removes = source.removes
        isOn = source.isOn
        nextAt = source.nextAt
        lastAt = source.visit.at
        succeededAt = source.visit.succeededAt
        error = source.visit.error
        taken = source.visit.taken
        known = source.visit.known
        rejected = source.visit.rejected
    }
}

/// What is asked for when a source is added or changed; what is left out stays, or is as usual.
struct SourceWish: APIValue {
    let name: String?
    let `protocol`: RemoteServer.Kind?
    let host: String?
    let port: Int?
    let account: String?
    let password: String?
    let key: String?
    let fingerprint: String?
    let folder: String?
    let pattern: String?
    let everyMinutes: Int?
    let camera: String?
    let removes: Bool?
    let isOn: Bool?
    static let notes = [
        "camera": "The code of the camera of all files; empty for the name of the folder that each lies in.",
        "fingerprint":
            "SHA256: and 43 letters, of the server's public key. SFTP needs it; FTPS where no authority vouches.",
        "folder": "Where the files lie; begins at the root with a slash.",
        "key": "A private key without a passphrase, in place of a password; for SFTP.",
        "pattern": "Names with * and ?, apart by spaces; all when left out.",
        "removes": "Whether files are removed there once they are here.",
    ]

    /// - Throws: a 422 that names the field.
    func apply(to source: inout RemoteSource) throws {
        if let name { source.name = try PlainText.name(name, "name") }
        source.kind = `protocol` ?? source.kind
        if let host { source.host = host.trimmingWhitespace() }
        source.port = port ?? source.port
        if let account { source.account = account }
        if let fingerprint { source.fingerprint = fingerprint.isEmpty ? nil : fingerprint.trimmingWhitespace() }
        if let folder { source.folder = folder.trimmingWhitespace() }
        if let pattern { source.pattern = pattern.trimmingWhitespace().isEmpty ? "*" : pattern.trimmingWhitespace() }
        source.everyMinutes = everyMinutes ?? source.everyMinutes
        if let camera { source.camera = camera.isEmpty ? nil : camera }
        source.removes = removes ?? source.removes
        source.isOn = isOn ?? source.isOn
        try source.check()
    }

    /// `nil` when neither is given.
    ///
    /// - Throws: a 422 when both are, or one cannot be used.
    func secret(for kind: RemoteServer.Kind) throws -> RemoteServer.Secret? {
        let (password, key) = (password ?? "", key ?? "")
        if password.isEmpty, key.isEmpty { return nil }
        guard password.isEmpty || key.isEmpty else {
            throw refusal("key", "is given beside a password: give one of them")
        }
        if key.isEmpty {
            guard password.utf8.count <= 500, password.isOneLine else {
                throw refusal("password", "takes at most 500 characters in one line")
            }
            return .password(password)
        }
        guard kind == .sftp else { throw refusal("key", "is for SFTP alone") }
        guard key.utf8.count <= 16_384, key.contains("PRIVATE KEY-----") else {
            throw refusal("key", "takes a private key: the whole file, with its first and last line")
        }
        guard !key.contains("ENCRYPTED") else { throw refusal("key", "has a passphrase: take one without") }
        return .key(key.hasSuffix("\n") ? key : key + "\n")
    }
}

extension RemoteSource {
    /// - Throws: a 422 that names the field.
    fileprivate func check() throws {
        guard RemoteServer.isHost(host) else { throw refusal("host", "takes a name or an address, without a port") }
        guard (1...65_535).contains(port) else { throw refusal("port", "takes 1 to 65535") }
        guard (1...200).contains(account.utf8.count), account.isOneLine else {
            throw refusal("account", "takes 1 to 200 characters in one line")
        }
        if let fingerprint, RemoteServer.Fingerprint(fingerprint) == nil {
            throw refusal("fingerprint", "takes SHA256: and 43 letters, as ssh-keygen -l writes it")
        }
        guard folder.utf8.count <= 500, folder.isOneLine, !folder.split(separator: "/").contains("..") else {
            throw refusal("folder", "takes a path of at most 500 characters, without ..")
        }
        guard NamePattern(pattern) != nil else { throw refusal("pattern", "takes names such as *.jpg *.txt") }
        guard (1...10_080).contains(everyMinutes) else { throw refusal("every_minutes", "takes 1 to 10080") }
        if let camera, !Camera.isCode(camera) {
            throw refusal("camera", "takes 1 to 64 letters, digits, dots, dashes and underscores")
        }
    }
}

private func refusal(_ field: String, _ reason: String) -> Problem { .unprocessable(["body", field], reason) }

extension String {
    fileprivate var isOneLine: Bool { !utf8.contains { $0 < 0x20 || $0 == 0x7F } }
}

import Core
import FoundationEssentials

/// The authority of `--tls auto`: made once, kept in the data folder, trusted by the phones that took it.
struct LocalAuthority: Sendable {
    let authorityPEM: String
    let certificatePEM: String
    let keyPEM: String

    /// Reads or makes the authority, and a server certificate for every address this machine has now.
    init(folder: String, host: String) throws {
        let manager = FileManager.default
        try manager.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        var names = ["localhost", "127.0.0.1", "::1", ProcessInfo.processInfo.hostName] + networkAddresses()
        if !["0.0.0.0", "::"].contains(host) { names.append(host) }
        let authority = try Self.stored(folder + "/authority") {
            try Certificate.authority(named: "Hedgerow on \(names[3])")
        }
        let known = Self.read(folder + "/server")
        let server: Certificate
        if let known, known.isGood(forDays: 30, names: names) {
            server = known
        } else {
            server = try authority.serverCertificate(for: names)
            try Self.write(server, to: folder + "/server")
        }
        authorityPEM = authority.certificatePEM
        certificatePEM = server.certificatePEM + authority.certificatePEM
        keyPEM = server.keyPEM
    }

    private static func stored(_ path: String, make: () throws -> Certificate) throws -> Certificate {
        if let known = read(path), known.isGood(forDays: 400, names: []) { return known }
        let made = try make()
        try write(made, to: path)
        return made
    }

    private static func read(_ path: String) -> Certificate? {
        guard let certificate = try? String(contentsOfFile: path + ".pem", encoding: .utf8),
            let key = try? String(contentsOfFile: path + ".key", encoding: .utf8)
        else { return nil }
        return Certificate(certificatePEM: certificate, keyPEM: key)
    }

    private static func write(_ certificate: Certificate, to path: String) throws {
        let key = FileManager.default.createFile(
            atPath: path + ".key",
            contents: Data(certificate.keyPEM.utf8),
            attributes: [.posixPermissions: 0o600]
        )
        guard key else { throw ConfigurationFault("\(path).key cannot be written") }
        try Data(certificate.certificatePEM.utf8).write(to: URL(filePath: path + ".pem"), options: .atomic)
    }
}

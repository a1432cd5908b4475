import Core
import FoundationEssentials
import HTTPServer

extension Configuration {
    /// Finds what a single setting cannot see, before anything is opened.
    ///
    /// - Throws: `ConfigurationFault`, which names the setting and never a value that may hold a secret.
    func checkTogether() throws {
        if databaseURL == "sqlite:" {
            throw ConfigurationFault("database_url names no file: write sqlite:/path/file.db")
        }
        if let databaseReadURL {
            guard databaseURL.hasPrefix("postgres") else {
                throw ConfigurationFault(
                    "database_read_url goes with a PostgreSQL server in database_url only: leave it out"
                )
            }
            guard databaseReadURL.hasPrefix("postgres") else {
                throw ConfigurationFault("database_read_url takes postgres://host/name")
            }
        }
        if let fault = ServerConfiguration.fault(inProxies: trustedProxies) {
            throw ConfigurationFault("trusted_proxies: \(fault); write 10.0.0.2 or 10.0.0.0/8")
        }
        if metricsPort != 0, metricsPort == port {
            throw ConfigurationFault("metrics_port and port are the same: name another one in metrics_port")
        }
        if let otlpURL, !Self.isWebAddress(otlpURL) {
            throw ConfigurationFault("otlp_url takes an address such as http://127.0.0.1:4318/v1/traces")
        }
        if let uiFolder, !FileManager.default.isReadableFile(atPath: uiFolder + "/shell.html") {
            throw ConfigurationFault("ui takes a folder of pages, and \(uiFolder) has no shell.html that can be read")
        }
    }

    private static func isWebAddress(_ text: String) -> Bool {
        guard let scheme = ["http://", "https://"].first(where: text.hasPrefix) else { return false }
        return text.dropFirst(scheme.count).first.map { !"/?#:@".contains($0) } ?? false
    }
}

extension Configuration {
    static func timeOfDay(_ text: String, named name: String) throws -> (hour: Int, minute: Int) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { $0.count == 2 ? Int($0) : nil }
        guard parts.count == 2, let hour = parts[0], let minute = parts[1], (0...23).contains(hour),
            (0...59).contains(minute)
        else { throw ConfigurationFault("\(name) takes a time such as 02:00") }
        return (hour, minute)
    }

    static func networks(_ entries: [String], named name: String) throws -> AddressList {
        do {
            return try AddressList(entries)
        } catch {
            throw ConfigurationFault("\(name): \(error); write 192.168.1.7 or 192.168.1.0/24")
        }
    }

    static func timeZone(_ name: String) throws -> LocalZone {
        guard let zone = LocalZone(name) else {
            throw ConfigurationFault(
                "time_zone takes a name such as Europe/Berlin; this machine knows none called \(name)"
            )
        }
        return zone
    }
}

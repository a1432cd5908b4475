import Core
import Database
import Diagnosis
import FoundationEssentials
import Inference

/// Looks over an installation and says how to cure what is wrong.
package struct Doctor: Sendable {
    package struct Finding: Codable, Sendable {
        package let subject: String
        package let isWell: Bool
        package let detail: String
    }

    private let configuration: Configuration
    private let fixes: Bool

    package init(_ configuration: Configuration, fixes: Bool) {
        self.configuration = configuration
        self.fixes = fixes
    }

    /// Every finding, the well ones too.
    package func examine() async -> [Finding] {
        var findings = configuration.warnings.map { Finding(subject: "settings", isWell: false, detail: $0) }
        findings.append(dataFolder())
        findings.append(shareFolder())
        findings.append(await database())
        findings.append(objectsFolder())
        findings.append(catalogue())
        findings += await models()
        return findings
    }

    private func dataFolder() -> Finding {
        let path = configuration.dataFolder
        let manager = FileManager.default
        if !manager.fileExists(atPath: path) {
            guard fixes else {
                return Finding(subject: "data folder", isWell: true, detail: "\(path) will be made at the first start")
            }
            do {
                try StartFault.makeDataFolder(path)
            } catch {
                return Finding(subject: "data folder", isWell: false, detail: "\(error)")
            }
        }
        guard manager.isWritableFile(atPath: path) else {
            return Finding(
                subject: "data folder",
                isWell: false,
                detail: "\(path) cannot be written; give it to this user"
            )
        }
        let permissions = (try? manager.attributesOfItem(atPath: path))?[.posixPermissions] as? Int ?? 0o700
        if permissions & 0o077 != 0 {
            guard fixes, (try? manager.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)) != nil else {
                return Finding(
                    subject: "data folder",
                    isWell: false,
                    detail: "others may read \(path); run: hedgerow doctor --fix"
                )
            }
        }
        return Finding(subject: "data folder", isWell: true, detail: path)
    }

    private func shareFolder() -> Finding {
        let missing = ["Web", "Models", "Catalogue"].filter {
            !FileManager.default.fileExists(atPath: "\(configuration.shareFolder)/\($0)")
        }
        return missing.isEmpty
            ? Finding(subject: "share folder", isWell: true, detail: configuration.shareFolder)
            : Finding(
                subject: "share folder",
                isWell: false,
                detail:
                    "\(configuration.shareFolder) lacks \(missing.joined(separator: ", ")); name another with --share"
            )
    }

    private func database() async -> Finding {
        guard FileManager.default.fileExists(atPath: configuration.dataFolder) else {
            return Finding(subject: "database", isWell: true, detail: "will be made at the first start")
        }
        do {
            let database = try await Database.open(configuration.databaseURL)
            let migrator = Migrator(database, migrations: Features.migrations)
            if fixes { _ = try await migrator.up() }
            let pending = try await migrator.status().filter { $0.state != .applied }
            let damage = try await database.damage()
            await database.close()
            if let damage { return Finding(subject: "database", isWell: false, detail: damage) }
            let well = pending.allSatisfy { $0.state == .pending }
            let detail = pending.isEmpty ? "up to date" : "\(pending.count) migrations wait for the next start"
            return Finding(subject: "database", isWell: well, detail: detail)
        } catch {
            return Finding(subject: "database", isWell: false, detail: (error as? DatabaseFault)?.detail ?? "\(error)")
        }
    }

    private func objectsFolder() -> Finding {
        let path = String(configuration.objectsURL.trimmingPrefix("file:"))
        let manager = FileManager.default
        guard manager.fileExists(atPath: path) else {
            return Finding(
                subject: "pictures",
                isWell: true,
                detail: "\(path) will be made at the next start; a server that runs must be started again"
            )
        }
        let closed = [path, path + "/incoming", path + "/objects"].first {
            manager.fileExists(atPath: $0) && !manager.isWritableFile(atPath: $0)
        }
        return closed.map { Finding(subject: "pictures", isWell: false, detail: "\($0) cannot be written") }
            ?? Finding(subject: "pictures", isWell: true, detail: path)
    }

    private func catalogue() -> Finding {
        do {
            _ = try Catalogue.load(folder: configuration.shareFolder + "/Catalogue")
            return Finding(subject: "catalogue", isWell: true, detail: "read and consistent")
        } catch {
            return Finding(subject: "catalogue", isWell: false, detail: "\(error)")
        }
    }

    private func models() async -> [Finding] {
        do {
            return try await InstalledModel.verify(in: configuration, name: configuration.leafModel).map {
                Finding(subject: "model \($0.name)", isWell: $0.isWell, detail: $0.detail)
            }
        } catch {
            return [Finding(subject: "models", isWell: false, detail: "\(error)")]
        }
    }
}

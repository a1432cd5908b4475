import Accounts
import Backup
import Core
import Database
import Diagnosis
import FoundationEssentials
import Imaging
import Inference
import JobQueue
import ObjectStore
import Outbound
import Redis
import Wildlife

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
        findings += await database()
        findings.append(await objects())
        findings.append(await backup())
        if let address = configuration.redis { findings.append(await redis(address)) }
        if let (server, from) = configuration.mail { findings.append(await mail(server, from)) }
        findings += await providers()
        findings.append(catalogue())
        findings += cameraProfiles()
        findings.append(videos())
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

    private func database() async -> [Finding] {
        guard FileManager.default.fileExists(atPath: configuration.dataFolder) else {
            return [Finding(subject: "database", isWell: true, detail: "will be made at the first start")]
        }
        do {
            let database = try await Database.open(configuration.databaseURL)
            let migrator = Migrator(database, migrations: Features.migrations)
            if fixes { _ = try await migrator.up() }
            let pending = try await migrator.status().filter { $0.state != .applied }
            let damage = try await database.damage()
            var findings: [Finding] = []
            if let damage {
                findings.append(Finding(subject: "database", isWell: false, detail: damage))
            } else {
                var well = pending.allSatisfy { $0.state == .pending }
                var detail = pending.isEmpty ? "up to date" : "\(pending.count) migrations wait for the next start"
                if !pending.isEmpty, let worker = try await WorkerWatch(database).living().first {
                    well = false
                    detail += ", and a worker runs without them (\(worker)): start it and its server anew"
                }
                findings.append(Finding(subject: "database", isWell: well, detail: detail))
            }
            if pending.isEmpty { findings += await chains(database) }
            await database.close()
            return findings
        } catch {
            let detail = (error as? DatabaseFault)?.detail ?? "\(error)"
            return [Finding(subject: "database", isWell: false, detail: detail)]
        }
    }

    /// Follows the audit trail and the ledger of consents from their beginnings.
    private func chains(_ database: Database) async -> [Finding] {
        do {
            let secret = try configuration.masterSecret()
            return [
                finding("audit trail", try await AuditLog(database, secret: secret).verify()),
                finding("consents", try await ConsentLedger(database, secret: secret).verify()),
            ]
        } catch {
            return [Finding(subject: "audit trail", isWell: false, detail: "\(error)")]
        }
    }

    private func finding(_ subject: String, _ verdict: HashChain.Verdict) -> Finding {
        switch verdict {
        case .whole(let count): Finding(subject: subject, isWell: true, detail: "whole, \(count) entries")
        case .broken(let position):
            Finding(
                subject: subject,
                isWell: false,
                detail:
                    "entry \(position) does not follow from the one before: it, or one before it, was changed or removed"
            )
        }
    }

    private func redis(_ address: RedisAddress) async -> Finding {
        let client = RedisClient(address, metrics: Metrics(), log: .silent)
        defer { client.close() }
        do {
            let version = try await client.version()
            return Finding(
                subject: "redis",
                isWell: version.isRecentEnough,
                detail: version.isRecentEnough
                    ? "\(version) at \(address)"
                    : "\(version) at \(address) is too old; \(RedisVersion.oldest) or later is needed"
            )
        } catch let fault as RedisFault {
            return Finding(subject: "redis", isWell: false, detail: "\(address): \(fault); \(fault.cure)")
        } catch {
            return Finding(subject: "redis", isWell: false, detail: "\(address) was not asked")
        }
    }

    private func mail(_ server: MailServer, _ from: MailAddress) async -> Finding {
        let limits = MailLimits(connect: .seconds(5), total: .seconds(15))
        do {
            try await MailSender(server, from: from, limits: limits).probe()
            let security = server.security == .off ? ", without TLS" : ""
            return Finding(subject: "mail", isWell: true, detail: "\(server) lets us in\(security)")
        } catch {
            return Finding(subject: "mail", isWell: false, detail: "\(error)")
        }
    }

    private func providers() async -> [Finding] {
        guard !configuration.oidcProviders.isEmpty else { return [] }
        let http = HTTPClient(agent: "Hedgerow/\(Version.current)")
        let setup = OIDCSetup(configuration.oidcProviders, http: http)
        var findings: [Finding] = []
        for provider in configuration.oidcProviders {
            let fault = await setup.fault(of: provider)
            findings.append(
                Finding(
                    subject: "provider \(provider.name)",
                    isWell: fault == nil,
                    detail: "\(provider.issuer): \(fault ?? "describes itself and has keys")"
                )
            )
        }
        return findings
    }

    private func objects() async -> Finding {
        let subject = "object store"
        if case .files(let folder) = configuration.objects, !FileManager.default.fileExists(atPath: folder) {
            return Finding(subject: subject, isWell: true, detail: "files in \(folder), made at the first start")
        }
        do {
            let store = try await openObjectStore(configuration)
            let free = try await store.probe().freeBytes.map { ", \($0 >> 20) MB free" } ?? ""
            return Finding(subject: subject, isWell: true, detail: store.place + free)
        } catch {
            return Finding(
                subject: subject,
                isWell: false,
                detail: "\(configuration.objects): \(ObjectFault.cause(of: error))"
            )
        }
    }

    private func backup() async -> Finding {
        let subject = "backup"
        guard let address = configuration.backupTo else {
            return Finding(subject: subject, isWell: true, detail: "none is made by itself; set backup_to")
        }
        do {
            let condition = try await BackupPlace(address: address, name: "backup_to").look(configuration)
            let free = condition.freeBytes.map { ", \($0 >> 20) MB free" } ?? ""
            guard let latest = condition.latest else {
                return Finding(subject: subject, isWell: true, detail: "\(address), none yet\(free)")
            }
            let now = Timestamp.now()
            let hours = max(0, (now.microseconds - latest.time.microseconds) / 3_600_000_000)
            let isOverdue = condition.isOverdue(since: now, now: now)
            let detail = "\(address), the latest is \(latest), \(hours) hours old\(free)"
            let advice = isOverdue ? "; hedgerow backup makes one now and says what is in its way" : ""
            return Finding(subject: subject, isWell: !isOverdue, detail: detail + advice)
        } catch {
            return Finding(subject: subject, isWell: false, detail: "\(address): \(ObjectFault.cause(of: error))")
        }
    }

    private func catalogue() -> Finding {
        do {
            _ = try Catalogue.load(folder: configuration.shareFolder + "/Catalogue")
            return Finding(subject: "catalogue", isWell: true, detail: "read and consistent")
        } catch {
            return Finding(subject: "catalogue", isWell: false, detail: "\(error)")
        }
    }

    private func cameraProfiles() -> [Finding] {
        let subject = "camera profiles"
        if let folder = configuration.cameraProfiles, !FileManager.default.fileExists(atPath: folder) {
            return [
                Finding(subject: subject, isWell: false, detail: "camera_profiles names \(folder), which is not there")
            ]
        }
        let (count, faults) = FeatureSet.profileFolders(configuration).examine()
        guard faults.isEmpty else { return faults.map { Finding(subject: subject, isWell: false, detail: $0) } }
        return [Finding(subject: subject, isWell: true, detail: "\(count) in files")]
    }

    /// Whoever has no videos does without, so its absence is no fault.
    private func videos() -> Finding {
        let detail =
            VideoReader.find(in: nil) == nil
            ? "kept, and read once ffmpeg is there: \(VideoReader.cure)" : "read through ffmpeg"
        return Finding(subject: "videos", isWell: true, detail: detail)
    }

    private func models() async -> [Finding] {
        do {
            let folders = ModelFolders(configuration)
            // A detector is fetched by whoever has cameras; others do without.
            let detector = [configuration.detectorModel].filter {
                folders.names().contains($0) && !folders.isOnlyDescribed($0)
            }
            var findings: [Finding] = []
            let named = [configuration.leafModel] + detector + [configuration.speciesModel].compactMap(\.self)
            for name in named {
                findings += try await InstalledModel.verify(in: configuration, name: name).map {
                    Finding(subject: "model \($0.name)", isWell: $0.isWell, detail: $0.detail)
                }
            }
            return findings
        } catch {
            return [Finding(subject: "models", isWell: false, detail: "\(error)")]
        }
    }
}

package import Backup
import Core
import Database
import FoundationEssentials
import ObjectStore

/// The backups at one place: made, listed, proven and restored as the configuration says.
package struct Backups: Sendable {
    package typealias Progress = @Sendable (_ doing: String, _ done: Int, _ total: Int) -> Void

    package struct Made: Codable, Sendable {
        package let id: String
        package let rows: Int
        package let objects: Int
        package let newObjects: Int
        package let newObjectBytes: Int64
        package let isEncrypted: Bool
        /// Backups that were older than they are kept.
        package let removed: [String]
        /// Why contents that nobody needs any more were left; `nil` when none were.
        package let clearingUp: String?

        init(_ report: MakeBackup.Report) {
            id = report.id.description
            rows = report.rows
            objects = report.objects
            newObjects = report.newObjects
            newObjectBytes = report.newObjectBytes
            isEncrypted = report.isEncrypted
            removed = report.removed.map(\.description)
            clearingUp = report.clearingUp
        }
    }

    package struct Restored: Codable, Sendable {
        package let id: String
        package let rows: Int
        package let objects: Int

        init(_ report: RestoreBackup.Report) {
            id = report.id.description
            rows = report.rows
            objects = report.objects
        }
    }

    package struct Entry: Codable, Sendable {
        package let id: String
        package let madeBy: String
        package let rows: Int
        package let objects: Int
        package let objectBytes: Int64
        package let isEncrypted: Bool
        /// Why it cannot be used; `nil` when nothing speaks against it.
        package let problem: String?
    }

    private let configuration: Configuration
    private let place: BackupPlace
    private let takesPlain: Bool

    /// How long backups may be kept at most.
    package static let keepDays = 1...36_500

    /// `place` is a folder or an address, that of `backup_to` when it is not given; `name` is the option that gave it.
    ///
    /// With a key, backups that are not encrypted are refused unless `takesPlain`.
    package init(
        _ configuration: Configuration,
        place: String?,
        named name: String,
        takesPlain: Bool = false,
        environment: [String: String]
    ) throws {
        self.configuration = configuration
        self.takesPlain = takesPlain
        if let place {
            let address = try Configuration.backupPlace(place, named: name, environment: environment)
            self.place = BackupPlace(address: address, name: name)
        } else if let configured = configuration.backupTo {
            self.place = BackupPlace(address: configured, name: "backup_to")
        } else {
            throw ConfigurationFault("name a folder or s3://bucket/prefix, or set backup_to")
        }
        try self.place.checkForReading(configuration.objects)
    }

    /// Makes one now, beside whatever runs.
    package func make(keepDays: Int?, progress: @escaping Progress) async throws -> Made {
        try configuration.checkForWriting(place)
        return try await explaining {
            try await withDatabase(at: configuration.databaseURL, mustExist: true) { database in
                let make = try await Self.makeBackup(
                    of: database,
                    openObjectStore(configuration),
                    into: vault(mustExist: false),
                    secret: configuration.ownSecret
                )
                let days = keepDays ?? configuration.backupKeepDays
                return try await Made(make(keepDays: days, progress: progress))
            }
        }
    }

    /// Every finished backup, the oldest first.
    package func list() async throws -> [Entry] {
        try await explaining {
            let vault = try await vault(mustExist: true)
            var entries: [Entry] = []
            for id in try await vault.backups() {
                do {
                    let manifest = try await vault.manifest(of: id)
                    entries.append(
                        Entry(
                            id: id.description,
                            madeBy: manifest.programVersion,
                            rows: manifest.rowCount,
                            objects: manifest.objects.count,
                            objectBytes: manifest.objects.bytes,
                            isEncrypted: manifest.isSealed,
                            problem: nil
                        )
                    )
                } catch let fault as BackupFault {
                    entries.append(
                        Entry(
                            id: id.description,
                            madeBy: "",
                            rows: 0,
                            objects: 0,
                            objectBytes: 0,
                            isEncrypted: fault.isAboutKeys,
                            problem: "\(fault)"
                        )
                    )
                }
            }
            return entries
        }
    }

    /// Proves a backup: reads all of it, and restores its rows into a database that is then removed.
    package func verify(_ id: String?, progress: @escaping Progress) async throws -> Restored {
        try await explaining {
            let id = try Self.id(id)
            let restoring = try await restoring()
            let folder = FileManager.default.temporaryDirectory.appending(path: "hedgerow-verify-\(UUIDv7.next())").path
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
            defer { try? FileManager.default.removeItem(atPath: folder) }
            return try await withDatabase(at: "sqlite:\(folder)/rows.db", named: "TMPDIR", mustExist: false) {
                try await Restored(restoring.verify(id, in: $0, progress: progress))
            }
        }
    }

    /// Puts a backup into the configured database and object store, which must be empty.
    package func restore(_ id: String?, progress: @escaping Progress) async throws -> Restored {
        try await explaining {
            let id = try Self.id(id)
            let restoring = try await restoring()
            try StartFault.makeDataFolder(configuration.dataFolder)
            try configuration.adopt(secretOf: await vault(mustExist: true).manifest(of: id))
            return try await withDatabase(at: configuration.databaseURL, mustExist: false) { database in
                try await Restored(
                    restoring(id, into: database, openObjectStore(configuration), progress: progress)
                )
            }
        }
    }

    /// What the daily schedule calls; `nil` when no place is configured.
    package static func daily(_ kit: Kit) async throws -> MakeBackup? {
        guard let address = kit.configuration.backupTo else { return nil }
        try kit.configuration.checkForWriting(BackupPlace(address: address, name: "backup_to"))
        let store = try await openObjectStore(at: address, named: "backup_to", kit.configuration)
        let vault = BackupVault(store, secret: kit.configuration.backupKey.map { BackupSecret($0) })
        return try await makeBackup(
            of: kit.database,
            kit.objects,
            into: vault,
            secret: try kit.configuration.ownSecret
        )
    }

    private static func makeBackup(
        of database: Database,
        _ objects: any ObjectStore,
        into vault: BackupVault,
        secret: String?
    ) async throws -> MakeBackup {
        MakeBackup(
            of: database,
            objects,
            migrations: Features.migrations,
            schema: try await TableSchema(migrations: Features.migrations, indexes: Features.indexes),
            into: vault,
            programVersion: Version.current,
            secret: secret
        )
    }

    private static func id(_ text: String?) throws -> BackupID? {
        guard let text else { return nil }
        guard let id = BackupID(text) else {
            throw ConfigurationFault("\(text) is no name of a backup; --list prints them")
        }
        return id
    }

    private func restoring() async throws -> RestoreBackup {
        RestoreBackup(
            from: try await vault(mustExist: true),
            migrations: Features.migrations,
            indexes: Features.indexes
        )
    }

    private func vault(mustExist: Bool) async throws -> BackupVault {
        // Opening a folder makes it a store, which a mistyped one is not to become.
        if mustExist, case .files(let folder) = place.address,
            !FileManager.default.fileExists(atPath: folder + "/objects")
        {
            throw StartFault(
                "there are no backups in \(folder). Cure: name the folder of the backups with \(place.name)"
            )
        }
        let store = try await openObjectStore(at: place.address, named: place.name, configuration)
        return BackupVault(store, secret: configuration.backupKey.map { BackupSecret($0) }, takesPlain: takesPlain)
    }

    /// What an object store says in its own words becomes a message with its place.
    private func explaining<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let fault as ObjectFault {
            throw StartFault(
                "\(fault): \(fault.detail). The backups are \(place.address), the objects \(configuration.objects)"
                    + (fault.code == .full ? ". Cure: make room on the disk that is full" : "")
            )
        }
    }
}

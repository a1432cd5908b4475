import Backup
import Core
import FoundationEssentials
import ObjectStore

/// Where backups are or will be, and what gave the place: a setting or an option.
struct BackupPlace: Sendable {
    let address: StoreAddress
    let name: String

    /// What can be said of a place without making a backup.
    struct Condition: Sendable {
        /// `nil` where there is none yet.
        let latest: BackupID?
        let freeBytes: Int64?
    }

    /// Backups among the objects would be backed up themselves, each time with all that were there before.
    func checkForReading(_ objects: StoreAddress) throws {
        guard !address.lies(within: objects) else {
            throw ConfigurationFault(
                "\(name) lies within the objects of objects_url; name another folder, bucket or prefix"
            )
        }
    }

    /// A place that holds what is backed up would mix the two, and be lost together with it.
    func checkForWriting(_ objects: StoreAddress, dataFolder: String, databaseURL: String) throws {
        try checkForReading(objects)
        var held = [
            ("the objects of objects_url", objects), ("the data folder", StoreAddress.files(folder: dataFolder)),
        ]
        if databaseURL.hasPrefix("sqlite:/") {
            held.append(("the database", .files(folder: String(databaseURL.dropFirst("sqlite:".count)))))
        }
        for (what, place) in held where place.lies(within: address) {
            throw ConfigurationFault("\(name) holds \(what); name another folder, bucket or prefix")
        }
    }

    /// Of a setting, which the server reads wherever it was started.
    func checkIsAbsolute() throws {
        guard case .files(let folder) = address, !folder.hasPrefix("/") else { return }
        throw ConfigurationFault("\(name) takes a whole path, such as /media/backup, or s3://bucket/prefix…")
    }

    /// Proves that backups can be kept here, and finds the latest; makes no folder, so that a disk that is missing stays missing.
    func look(_ configuration: Configuration) async throws -> Condition {
        if case .files(let folder) = address, !FileManager.default.fileExists(atPath: folder + "/objects") {
            try Self.checkCanBeMade(folder)
            return Condition(latest: nil, freeBytes: nil)
        }
        let store = try await openObjectStore(at: address, named: name, configuration)
        let free = try await store.probe().freeBytes
        return Condition(latest: try await BackupVault(store, secret: nil).backups().last, freeBytes: free)
    }

    private static func checkCanBeMade(_ folder: String) throws {
        let manager = FileManager.default
        var isFolder = false
        let above = URL(filePath: folder).deletingLastPathComponent().path
        if manager.fileExists(atPath: folder, isDirectory: &isFolder) {
            guard isFolder else { throw ObjectFault(.unavailable, "\(folder) is no folder") }
            guard manager.isWritableFile(atPath: folder) else {
                throw ObjectFault(.unavailable, "\(folder) cannot be written")
            }
        } else {
            guard manager.fileExists(atPath: above) else {
                throw ObjectFault(.unavailable, "the folder above \(folder) does not exist")
            }
            guard manager.isWritableFile(atPath: above) else {
                throw ObjectFault(.unavailable, "\(folder) cannot be made: \(above) cannot be written")
            }
        }
    }
}

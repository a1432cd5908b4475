package import Core

/// Why a backup cannot be made, read or restored; says what to do.
package enum BackupFault: Error, Hashable, Sendable, CustomStringConvertible {
    case noBackup(place: String)
    case unknown(BackupID, known: [BackupID])
    case keyMissing(String)
    case wrongKey(String)
    case damaged(String)
    case newerFormat(Int)
    case newerProgram(step: String, version: String)
    case changedStep(String)
    case rowsInTarget(table: String)
    case otherTables(String)
    case objectsInTarget(key: String)
    case otherRows(table: String)
    case notEncrypted(BackupID)
    case pruningElsewhere(mark: String, end: Timestamp)
    case markLost(String)
    case contentRemoved(String)
    case noMemory

    /// Whether the right key would help.
    package var isAboutKeys: Bool {
        switch self {
        case .keyMissing, .wrongKey: true
        default: false
        }
    }

    package var description: String {
        switch self {
        case .noBackup(let place): "there is no finished backup at \(place)"
        case .unknown(let id, let known):
            "there is no backup \(id); there are: \(known.suffix(10).map(\.description).joined(separator: ", "))"
        case .keyMissing(let file):
            "\(file) is encrypted: set HEDGEROW_BACKUP_KEY to the key with which the backup was made"
        case .wrongKey(let file):
            "\(file) was encrypted with another key: set HEDGEROW_BACKUP_KEY to the key with which the backup was made"
        case .damaged(let what): "the backup is damaged: \(what). Take another one; hedgerow restore --list names them"
        case .newerFormat(let format):
            "the backup has the format \(format), this version reads up to \(BackupManifest.currentFormat): install a newer version"
        case .newerProgram(let step, let version):
            "the backup has the migration \(step), which this version does not know: install version \(version), which made it"
        case .changedStep(let step):
            "the backup was made with another form of the migration \(step): install the version that made it"
        case .rowsInTarget(let table):
            "the database is not empty, its table \(table) has rows: restore into an empty one, nothing is overwritten"
        case .otherTables(let table):
            "the database has tables that the backup lacks, such as \(table): restore into an empty one"
        case .objectsInTarget(let key):
            "the object store is not empty, it has \(key), which is not the backup's: restore into an empty one"
        case .otherRows(let table):
            "the rows of \(table) came out otherwise than they went in; nothing of them was kept"
        case .notEncrypted(let id):
            "the backup \(id) is not encrypted, so whoever can write to the place may have made it: take another one, "
                + "or say --allow-unencrypted when it is yours"
        case .pruningElsewhere(let mark, let end):
            "another backup is clearing up at this place: try again when it has ended. Its mark is \(mark), "
                + "which counts no more from \(end) on unless it is renewed"
        case .markLost(let mark):
            "\(mark) was removed or not renewed in time, so others may have taken this process for dead: begin again"
        case .contentRemoved(let key):
            "\(key) was removed while the backup was being made: make it again"
        case .noMemory: "there is not enough memory to make a key (64 MB)"
        }
    }
}

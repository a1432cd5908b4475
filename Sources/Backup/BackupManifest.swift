package import Core

/// What a backup holds; written last, so that a backup without it is none.
package struct BackupManifest: Codable, Hashable, Sendable {
    /// Counts up when an older program could not read the backup.
    package static let currentFormat = 1

    package struct Step: Codable, Hashable, Sendable {
        package let feature: String
        package let number: Int
        package let checksum: String
    }

    package struct TableContent: Codable, Hashable, Sendable {
        package let name: String
        package let columns: [String]
        package let rows: Int
        /// Of the rows whatever their order, the same on every engine.
        package let checksum: String
        package let bytes: Int64
        /// Of the file of rows, before it is encrypted.
        package let sha256: String
    }

    package struct ObjectList: Codable, Hashable, Sendable {
        package let count: Int
        package let bytes: Int64
        /// Of the list, before it is encrypted.
        package let sha256: String
    }

    package let format: Int
    package let id: BackupID
    package let programVersion: String
    package let engine: String
    package let startedAt: Timestamp
    package let finishedAt: Timestamp
    package let migrations: [Step]
    package let tables: [TableContent]
    package let objects: ObjectList
    /// What goes into the names of encrypted objects; `nil` when nothing is encrypted.
    package let salt: String?
    /// The secret of the installation, which opens what is sealed in its rows; `nil` when the operator keeps it elsewhere.
    package let secret: String?

    package var isSealed: Bool { salt != nil }
    package var rowCount: Int { tables.reduce(0) { $0 + $1.rows } }
}

/// The one thing that is read of a manifest before its format is known.
struct ManifestFormat: Decodable {
    let format: Int
}

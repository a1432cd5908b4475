package import Accounts
package import Database
package import ObjectStore

extension WildlifeFeature {
    package static let migrations = WildlifeMigrations.all

    /// The pictures as they came, and the small ones made of them.
    package static func objects(of database: Database) -> [ObjectClaim] {
        [
            (ReceiveImage.folder, "object_key", "image"), (ReadImage.thumbnails, "thumbnail_key", "image"),
            (ReadImage.previews, "preview_key", "image"),
            (ReadImage.thumbnails, "veiled_thumbnail_key", "image"),
            (ReadImage.previews, "veiled_preview_key", "image"), (Quarantine.folder, "object_key", "quarantine"),
            (AcceptImport.folder, "object_key", "import_run"),
            (ReadVideo.frames, "object_key", "video_frame"), (ReadVideo.frames, "veiled_key", "video_frame"),
        ].map { folder, column, table in
            ObjectClaim(prefix: folder) {
                try await database.texts(of: column, in: table, after: $0, limit: $1)
            }
        }
    }

    package static func personalData(_ database: Database) -> any PersonalData { WildlifeData(database: database) }
}

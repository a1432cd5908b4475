import HTTPServer
import Accounts
import Core
import Database

/// Finds the picture that another program's path means: by our key in it, else by the name of the file, the folder of the
/// camera and the time.
struct MatchPicture: Sendable {
    enum Match: Hashable, Sendable {
        case one(TrapImage.ID)
        case none
        /// So many are called so, and nothing tells them apart.
        case several(Int)
    }

    let images: ImageStore

    private static let most = 200

    func callAsFunction(_ path: String, taken: Timestamp?, within reach: Reach) async throws -> Match {
        let parts = path.replacing("\\", with: "/").split(separator: "/").map(String.init)
        guard let name = parts.last else { return .none }
        let folders = parts.dropLast()
        return try await images.database.read { reader in
            for key in folders.compactMap({ TrapImage.ID($0) }) {
                if let image = try await images.image(key, in: reader), reach.sees(image.site) { return .one(image.id) }
            }
            var found = try await candidates(PlainText.clean(name, limit: 200), reach, in: reader)
            let codes = Set(folders.flatMap { [$0.lowercased(), Camera.code(from: $0) ?? ""] })
            let ofFolder = found.filter { $0.camera.map { codes.contains($0.lowercased()) } ?? false }
            if !ofFolder.isEmpty { found = ofFolder }
            if found.count > 1, let taken {
                let atTime = found.filter { abs(($0.wall - taken).microseconds) < 1_000_000 }
                if !atTime.isEmpty { found = atTime }
            }
            guard let first = found.first else { return .none }
            return found.count == 1 ? .one(first.id) : .several(found.count)
        }
    }

    private func candidates(
        _ name: String,
        _ reach: Reach,
        in reader: DatabaseReader
    ) async throws -> [(id: TrapImage.ID, wall: Timestamp, camera: String?)] {
        var conditions = SQLConditions()
        conditions.demand(.text(name)) { "image.filename = \($0)" }
        conditions.demand("image.site_id", isIn: reach)
        return try await reader.query(
            """
            SELECT image.id AS id, image.wall_time AS wall, camera.code AS code
            FROM image LEFT JOIN camera ON camera.id = image.camera_id\(conditions.text) LIMIT \(Self.most)
            """,
            conditions.values
        ).map { (id: try $0["id"], wall: try $0["wall"], camera: try $0["code"]) }
    }
}

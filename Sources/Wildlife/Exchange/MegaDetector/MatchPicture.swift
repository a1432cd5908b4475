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

    private static let most = 2_000

    func callAsFunction(_ path: String, taken: Timestamp?, within reach: Reach) async throws -> Match {
        let parts = path.replacing("\\", with: "/").split(separator: "/").map(String.init)
        guard let name = parts.last else { return .none }
        let folders = parts.dropLast()
        return try await images.database.read { reader in
            for key in folders.compactMap({ TrapImage.ID($0) }) {
                if let image = try await images.image(key, in: reader), reach.sees(image.site) { return .one(image.id) }
            }
            let named = PlainText.clean(name, limit: 200)
            var found = try await images.named(named, within: reach, limit: Self.most + 1, in: reader)
            // Among more than are looked at there may be another that fits as well.
            guard found.count <= Self.most else { return .several(found.count) }
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
}

import Accounts
import Core
import Database
import Glibc

/// The accounts with which cameras upload: each its own, and each with a folder of its own below the drop folder.
package struct CameraAccounts: Sendable {
    /// Where a camera that gave the right password puts its files down, and as whom.
    package struct Home: Hashable, Sendable {
        package let folder: String
        package let user: UInt32
        package let group: UInt32
    }

    package enum Fault: Error, Hashable, Sendable, CustomStringConvertible {
        case noDropFolder

        package var description: String { "there is no drop folder: name one in the setting drop_folder" }
    }

    let cameras: CameraStore
    let audit: AuditLog
    let dropFolder: String?
    let passwords: PasswordPool
    private let folders = WorkPool(name: "camera folders", width: 1, depth: 64)

    init(cameras: CameraStore, audit: AuditLog, passwords: PasswordPool, dropFolder: String?) {
        self.cameras = cameras
        self.audit = audit
        self.passwords = passwords
        self.dropFolder = dropFolder
    }

    private static let passwordBytes = 15

    /// Gives a camera another password, which is told this once.
    func renew(_ camera: Camera, _ caller: WildlifeCaller) async throws -> String {
        let password = randomBytes(Self.passwordBytes).base64URL
        let hash = try await passwords.hash(password)
        try await cameras.database.write { tx in
            try await cameras.setUploadPassword(hash, of: camera.id, in: tx)
            let entry = AuditEntry("camera.password-made", by: caller, on: "camera \(camera.id)")
            try await audit.write(entry, in: tx)
        }
        return password
    }

    /// Where the camera's files go; `nil` when code or password is wrong.
    ///
    /// - Throws: `Fault` when there is no drop folder; what the database throws.
    package func home(of code: String, password: String) async throws -> Home? {
        guard let dropFolder else { throw Fault.noDropFolder }
        guard Camera.isCode(code), password.utf8.count <= 200 else { return nil }
        let hash = try await cameras.uploadPassword(code: code)
        // As long for a camera that is not there as for one that is.
        guard try await passwords.matches(password, hash) else { return nil }
        return try await folders.run { try Self.prepare(dropFolder, code) }
    }

    /// The camera's folder belongs to whom the drop folder belongs to.
    private static func prepare(_ dropFolder: String, _ code: String) throws -> Home {
        let owner = try FileStatus(of: dropFolder, followingLinks: true)
        let folder = dropFolder + "/" + code
        if mkdir(folder, 0o750) == 0 {
            // Fails for anyone but root, for whom there is nothing to change then.
            _ = chown(folder, owner.user, owner.group)
        } else if errno != EEXIST {
            throw SystemFault(path: folder, number: errno)
        }
        return Home(folder: folder, user: owner.user, group: owner.group)
    }
}

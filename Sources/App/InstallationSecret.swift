import Backup
import Core

extension Configuration {
    private var secretFile: String { dataFolder + "/secret.key" }

    /// The secret from which all keys are made: that of the settings, or the file of the data folder, made when there is none.
    func masterSecret() throws -> MasterSecret {
        if let secretKey { return MasterSecret(text: secretKey) }
        return try MasterSecret.file(secretFile)
    }

    /// The secret that lies in the data folder, and nowhere else; `nil` when the operator keeps it.
    var ownSecret: String? {
        get throws { secretKey == nil ? try MasterSecret.text(of: secretFile) : nil }
    }

    /// Takes over the secret of a backup that is to be restored here.
    ///
    /// - Throws: `StartFault` where there is another one already.
    func adopt(secretOf manifest: BackupManifest) throws {
        guard let secret = manifest.secret else { return }
        guard secretKey == nil else {
            throw StartFault("this backup brings its own secret. Cure: restore it without secret_key")
        }
        try MasterSecret.keep(secret, at: secretFile)
        guard try MasterSecret.text(of: secretFile) == secret else {
            throw StartFault(
                "\(secretFile) is that of another installation. Cure: move it away, or name another data folder"
            )
        }
    }
}

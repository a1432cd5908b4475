import Core
import Synchronization

/// The operator's secret text, and the keys made from it.
package final class BackupSecret: Sendable {
    private let text: String
    private let pool = WorkPool(name: "backup keys", width: 1, depth: 100)
    private let known = Mutex<[[UInt8]: SecretKey]>([:])

    package init(_ text: String) { self.text = text }

    /// Takes a moment for each new salt.
    func key(_ salt: [UInt8], _ cost: SecretKey.Cost) async throws -> SecretKey {
        let name = salt + [UInt8(cost.passes & 0xFF)] + [UInt8(cost.megabytes >> 8), UInt8(cost.megabytes & 0xFF)]
        if let key = known.withLock({ $0[name] }) { return key }
        let key = try await pool.run { [text] in SecretKey(secret: text, salt: salt, cost: cost) }
        guard let key else { throw BackupFault.noMemory }
        known.withLock { $0[name] = key }
        return key
    }
}

/// What seals the files of one backup.
struct Seal: Sendable {
    let salt: [UInt8]
    let cost: SecretKey.Cost
    let key: SecretKey

    init(_ salt: [UInt8], with secret: BackupSecret, cost: SecretKey.Cost = .usual) async throws {
        self.salt = salt
        self.cost = cost
        key = try await secret.key(salt, cost)
    }

    /// Tells a wrong key from damage, and nothing else.
    var check: [UInt8] { Array(key.code(of: Array("which key".utf8)).prefix(8)) }

    /// The name of a content that tells nothing about it.
    func name(of content: SHA256) -> String { key.code(of: content.bytes).hexadecimal }
}

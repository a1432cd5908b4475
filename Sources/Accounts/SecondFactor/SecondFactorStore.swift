import Core
import Database

/// Keeps second factors: the secret of an app, sealed, and digests of recovery codes.
struct SecondFactorStore: Sendable {
    private let box: SealedBox
    let clock: WallClock

    init(secret: MasterSecret, clock: WallClock) {
        box = SealedBox(key: secret.key(for: "second factors"))
        self.clock = clock
    }

    /// The secret that somebody set up or is setting up; `nil` for none.
    private func secret(of user: User.ID, in reader: DatabaseReader) async throws -> (TOTP, lastStep: Int64?)? {
        let sql = "SELECT totp_secret, totp_step FROM app_user WHERE id = $1"
        guard let row = try await reader.first(sql, [.id(user)]), let sealed: [UInt8] = try row["totp_secret"] else {
            return nil
        }
        guard let secret = box.open(sealed, for: "app_user.totp_secret.\(user)") else { throw AccountFault.otherSecret }
        return (TOTP(secret: secret), try row["totp_step"])
    }

    /// Begins to set one up; it counts only once a code of it was given.
    func begin(_ user: User.ID, in tx: Transaction) async throws -> TOTP {
        let totp = TOTP.random()
        try await tx.execute(
            "UPDATE app_user SET totp_secret = $2, totp_step = NULL WHERE id = $1",
            [.id(user), .blob(box.seal(totp.secret, for: "app_user.totp_secret.\(user)"))]
        )
        return totp
    }

    /// Whether the code is a good one of the app; a good one is used up.
    func takes(_ code: String, of user: User.ID, in tx: Transaction) async throws -> Bool {
        try await tx.lock("second factor \(user)")
        guard let (totp, last) = try await secret(of: user, in: tx),
            let step = totp.step(of: code, at: clock.now(), after: last)
        else { return false }
        try await tx.execute("UPDATE app_user SET totp_step = $2 WHERE id = $1", [.id(user), .integer(step)])
        return true
    }

    /// Whether the code is one of those for when the app is lost; each is good once.
    private func takesRecovery(_ code: String, of user: User.ID, in tx: Transaction) async throws -> Bool {
        try await tx.execute(
            "DELETE FROM recovery_code WHERE user_id = $1 AND digest = $2",
            [.id(user), .blob(Self.digest(code))]
        ) == 1
    }

    /// By what a code proves somebody.
    enum Proof: String, Sendable {
        case app = "code"
        case recovery = "recovery code"
    }

    /// Uses up a code of the app or a recovery code; `nil` when it is neither.
    func proof(_ code: String, of user: User.ID, in tx: Transaction) async throws -> Proof? {
        if try await takes(code, of: user, in: tx) { return .app }
        return try await takesRecovery(code, of: user, in: tx) ? .recovery : nil
    }

    static let recoveryCodes = 10

    /// Ten new codes in place of all before.
    func newRecoveryCodes(of user: User.ID, in tx: Transaction) async throws -> [String] {
        try await tx.execute("DELETE FROM recovery_code WHERE user_id = $1", [.id(user)])
        let codes = (0..<Self.recoveryCodes).map { _ in
            let text = randomBytes(10).hexadecimal
            return stride(from: 0, to: 20, by: 5).map { String(text.dropFirst($0).prefix(5)) }.joined(separator: "-")
        }
        for code in codes {
            try await tx.execute(
                "INSERT INTO recovery_code (user_id, digest) VALUES ($1, $2)",
                [.id(user), .blob(Self.digest(code))]
            )
        }
        return codes
    }

    func recoveryCodesLeft(of user: User.ID, in reader: DatabaseReader) async throws -> Int {
        try await reader.value("SELECT count(*) FROM recovery_code WHERE user_id = $1", [.id(user)])
    }

    func remove(_ user: User.ID, in tx: Transaction) async throws {
        try await tx.execute("DELETE FROM recovery_code WHERE user_id = $1", [.id(user)])
        try await tx.execute(
            "UPDATE app_user SET totp_secret = NULL, totp_step = NULL WHERE id = $1",
            [.id(user)]
        )
    }

    /// 80 random bits need no slow hash; blanks, dashes and capitals do not matter.
    private static func digest(_ code: String) -> [UInt8] {
        SHA256(of: code.lowercased().utf8.filter { $0.hexadecimalDigit != nil }).bytes
    }
}

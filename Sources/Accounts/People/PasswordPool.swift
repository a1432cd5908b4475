package import Core

/// Hashes and compares passwords: two at a time, on threads of their own, so that nothing else waits for it.
package struct PasswordPool: Sendable {
    private let pool = WorkPool(name: "passwords", width: 2, depth: 256, patience: .seconds(8))
    /// Compared with where there is no account, so that its absence takes as long to find out; of a random password.
    private static let nobody = PasswordHash(
        text: "$argon2id$v=19$m=19456,t=2,p=1$GqB18tGhmoV9uAJ0fp3D4g$uUMI73KXu1JTqyKLeTNnnQ24yYeOENhUi3+RmMMcgGo"
    )

    package init() {}

    /// The hash of a password that somebody chose, once it is found hard enough to guess: that too takes a while.
    ///
    /// - Throws: a 422 that names the field; `Overloaded` when too many wait.
    func hash(new password: String, of words: [String], field: String = "password") async throws -> PasswordHash {
        try await pool.run {
            try PasswordRule.check(password, words: words, field: field)
            guard let hash = PasswordHash(of: password) else { throw AccountFault.noMemory }
            return hash
        }
    }

    /// - Throws: `Overloaded` when too many wait.
    package func hash(_ password: String) async throws -> PasswordHash {
        try await pool.run {
            guard let hash = PasswordHash(of: password) else { throw AccountFault.noMemory }
            return hash
        }
    }

    /// Takes as long without a hash as with one.
    package func matches(_ password: String, _ hash: PasswordHash?) async throws -> Bool {
        let compared = hash ?? Self.nobody
        return try await pool.run { compared.matches(password) } && hash != nil
    }
}

import Core
import Database
import HTTPServer

/// The calls that change a password: by whoever knows the old one, or by whoever reads the letters to its address.
struct PasswordRoutes: Sendable {
    let accounts: Accounts

    static let linkLife = Duration.seconds(3_600)

    var all: [Route] { [change, ask, reset] }

    struct Change: APIValue {
        let password: String
        let newPassword: String
    }

    private var change: Route {
        Route(
            .put,
            "/api/v1/auth/password",
            summary: "Change your password; your other sessions end",
            tags: SignInRoutes.tags,
            body: .json(Change.self),
            limits: SignInRoutes.limits,
            access: .account,
            quota: "public",
            answers: [
                .empty(204, "It is changed."), .problem(403, "The old password is wrong."),
                .problem(422, "The new one is easy to guess."),
            ]
        ) { request in
            let (caller, id) = try request.person()
            let change = try request.json(Change.self)
            try await accounts.prove(change.password, of: id, from: request)
            guard let user = try await accounts.users.user(id) else { throw Problem.notFound() }
            try await set(change.newPassword, of: user, by: caller, keeping: caller.session, from: request.origin)
            return .noContent
        }
    }

    struct Ask: APIValue { let email: String }

    private var ask: Route {
        Route(
            .post,
            "/api/v1/auth/password/reset",
            summary: "Ask for a letter with a link that sets a new password",
            details: "The answer is the same whether or not there is such an account.",
            tags: SignInRoutes.tags,
            body: .json(Ask.self),
            limits: SignInRoutes.limits,
            quota: "clients",
            status: 202,
            answers: [.problem(503, "This server cannot send mail.")]
        ) { request in
            try accounts.post.demand()
            let email = try MakePerson.address(request.json(Ask.self).email)
            let user = try await accounts.users.user(email)
            let isSent = await accounts.guardian.mayWrite(to: email) && user.map { $0.state != .suspended } ?? false
            // Written down in either case: how long it takes tells nothing.
            try await accounts.database.write { tx in
                if isSent, let user { try await accounts.post(.passwordReset, to: user.id, in: tx) }
                let subject = user.map { "user \($0.id)" } ?? "nobody"
                let entry = AuditEntry("password.reset-asked", by: "nobody", on: subject, from: request.origin)
                try await accounts.audit.write(entry, in: tx)
            }
            return DoneAnswer("If there is an account with this address, a letter is on its way to it.")
        }
    }

    struct Reset: APIValue {
        let token: String
        let password: String
        static let notes = ["token": "From the link in the letter."]
    }

    private var reset: Route {
        Route(
            .post,
            "/api/v1/auth/password/reset/confirm",
            summary: "Set a new password with the link of a letter; all sessions end",
            tags: SignInRoutes.tags,
            body: .json(Reset.self),
            limits: SignInRoutes.limits,
            quota: "clients",
            answers: [
                .empty(204, "It is set; sign in with it."), .problem(410, "The link was used already or is too old."),
                .problem(422, "The password is easy to guess."),
            ]
        ) { request in
            let reset = try request.json(Reset.self)
            let found = try await accounts.database.read { reader in
                try await accounts.tokens.look(at: reset.token, as: .passwordReset, NoContent.self, in: reader)?.user
            }
            guard let id = found, let user = try await accounts.users.user(id), user.state != .suspended else {
                throw Self.deadLink
            }
            let hash = try await accounts.passwords.hash(
                new: reset.password,
                of: [user.name, user.email.description]
            )
            try await accounts.database.write { tx in
                guard
                    try await accounts.tokens.redeem(reset.token, as: .passwordReset, NoContent.self, in: tx) != nil
                else { throw Self.deadLink }
                try await accounts.tokens.removeAll(.passwordReset, of: id, in: tx)
                // Whoever reads the letters to an address has proved it.
                if var user = try await accounts.users.user(id, in: tx), user.state == .unverified {
                    user.state = .active
                    try await accounts.users.update(user, in: tx)
                }
                try await accounts.setPassword(
                    hash,
                    of: id,
                    keeping: nil,
                    by: id.description,
                    from: request.origin,
                    in: tx
                )
            }
            await accounts.changed(id)
            return .noContent
        }
    }

    private func set(
        _ password: String,
        of user: User,
        by caller: Caller,
        keeping session: Session.ID?,
        from origin: Origin
    ) async throws {
        let hash = try await accounts.passwords.hash(
            new: password,
            of: [user.name, user.email.description],
            field: "new_password"
        )
        try await accounts.database.write { tx in
            try await accounts.setPassword(
                hash,
                of: user.id,
                keeping: session,
                by: caller.logName,
                from: origin,
                in: tx
            )
        }
        await accounts.changed(user.id)
    }

    static let deadLink = Problem(410, "dead-link", "This link was used already or is too old. Ask for another one.")
}

/// What a token remembers that stands for a person alone.
struct NoContent: Codable, Sendable {}

extension Accounts {
    /// Sets a password and ends the sessions that the old one opened; its owner is told.
    func setPassword(
        _ hash: PasswordHash,
        of id: User.ID,
        keeping session: Session.ID?,
        by actor: String,
        from origin: Origin,
        in tx: Transaction
    ) async throws {
        try await users.setPassword(hash, of: id, in: tx)
        // A letter that asked for another password is no way in any more.
        for purpose in [OneTimeTokenStore.Purpose.passwordReset, .oidcCode, .socket] {
            try await tokens.removeAll(purpose, of: id, in: tx)
        }
        try await sessions.endAll(of: id, but: session, in: tx)
        try await post(.passwordChanged, to: id, in: tx)
        try await audit.write(AuditEntry("password.changed", by: actor, on: "user \(id)", from: origin), in: tx)
    }
}

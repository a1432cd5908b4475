import Database
import Core
import HTTPServer

/// The calls with which somebody sets up, renews and removes their second factor.
struct SecondFactorRoutes: Sendable {
    let accounts: Accounts

    var all: [Route] { [begin, confirm, renew, remove] }

    struct Password: APIValue { let password: String }

    struct Begun: APIValue {
        let secret: String
        let address: String
        let qrCode: String
        static let notes = [
            "secret": "To type where there is no camera.", "address": "otpauth address, as the QR code has it.",
            "qrCode": "An SVG drawing.",
        ]
    }

    private var begin: Route {
        Route(
            .post,
            "/api/v1/auth/2fa/begin",
            summary: "Begin to set up a second factor",
            details: "It counts once a code of it was given to confirm. Your password is asked for again.",
            tags: SignInRoutes.tags,
            body: .json(Password.self),
            limits: SignInRoutes.limits,
            access: .account,
            quota: "user",
            answers: [.problem(403, "The password is wrong."), .problem(409, "There is one already.")]
        ) { request in
            let (caller, id) = try request.person()
            try await prove(request.json(Password.self).password, id, request)
            let user = try await accounts.users.user(id)
            guard let user, !user.hasSecondFactor else {
                throw Problem.conflict("There is a second factor already; remove it first.")
            }
            let totp = try await accounts.database.write { tx in
                try await note("second-factor.begun", caller, id, request, in: tx)
                return try await accounts.factors.begin(id, in: tx)
            }
            let address = totp.address(for: user.email.description)
            return Begun(secret: totp.base32, address: address, qrCode: try accounts.options.drawQRCode(address))
        }
    }

    struct Code: APIValue { let code: String }

    struct Codes: APIValue {
        let recoveryCodes: [String]
        static let notes = ["recoveryCodes": "Each is good once, when the app is lost. They are shown only now."]
    }

    private var confirm: Route {
        Route(
            .post,
            "/api/v1/auth/2fa/confirm",
            summary: "Give a code of the app: from now on signing in asks for one",
            tags: SignInRoutes.tags,
            body: .json(Code.self),
            limits: SignInRoutes.limits,
            access: .account,
            quota: "public",
            answers: [.problem(422, "The code is not the one that is good now.")]
        ) { request in
            let (caller, id) = try request.person()
            let code = try request.json(Code.self).code.trimmingWhitespace()
            let codes = try await accounts.database.write { tx in
                guard let user = try await accounts.users.user(id, in: tx), !user.hasSecondFactor else {
                    throw Problem.conflict("There is a second factor already.")
                }
                guard try await accounts.factors.takes(code, of: id, in: tx) else { throw Self.wrongCode }
                if let session = caller.session { try await accounts.sessions.noteSecondFactor(session, in: tx) }
                try await note("second-factor.set-up", caller, id, request, in: tx)
                return try await accounts.factors.newRecoveryCodes(of: id, in: tx)
            }
            await accounts.changed(id)
            return Codes(recoveryCodes: codes)
        }
    }

    private var renew: Route {
        Route(
            .post,
            "/api/v1/auth/2fa/recovery-codes",
            summary: "Get new recovery codes in place of those before",
            tags: SignInRoutes.tags,
            body: .json(Password.self),
            limits: SignInRoutes.limits,
            access: .account,
            quota: "public",
            answers: [.problem(403, "The password is wrong.")]
        ) { request in
            let (caller, id) = try request.person()
            guard caller.hasSecondFactor else { throw Problem.conflict("There is no second factor in this session.") }
            try await prove(request.json(Password.self).password, id, request)
            let codes = try await accounts.database.write { tx in
                try await note("second-factor.codes", caller, id, request, in: tx)
                return try await accounts.factors.newRecoveryCodes(of: id, in: tx)
            }
            return Codes(recoveryCodes: codes)
        }
    }

    struct Proof: APIValue {
        let password: String
        let code: String
    }

    private var remove: Route {
        Route(
            .post,
            "/api/v1/auth/2fa/remove",
            summary: "Remove the second factor",
            details: "Asks for the password and a code. An administrator has to set up another at once.",
            tags: SignInRoutes.tags,
            body: .json(Proof.self),
            limits: SignInRoutes.limits,
            access: .account,
            quota: "public",
            answers: [
                .empty(204, "It is gone."), .problem(403, "The password is wrong."),
                .problem(422, "The code is wrong."),
            ]
        ) { request in
            let (caller, id) = try request.person()
            let proof = try request.json(Proof.self)
            try await prove(proof.password, id, request)
            let code = proof.code.trimmingWhitespace()
            try await accounts.database.write { tx in
                guard try await accounts.factors.proof(code, of: id, in: tx) != nil else { throw Self.wrongCode }
                try await accounts.factors.remove(id, in: tx)
                try await accounts.post(.secondFactorRemoved, to: id, in: tx)
                try await note("second-factor.removed", caller, id, request, in: tx)
            }
            await accounts.changed(id)
            return .noContent
        }
    }

    private func note(
        _ action: String,
        _ caller: Caller,
        _ id: User.ID,
        _ request: Request,
        in tx: Transaction
    ) async throws {
        let entry = AuditEntry(action, by: caller.logName, on: "user \(id)", from: request.origin)
        try await accounts.audit.write(entry, in: tx)
    }

    /// - Throws: a 403 when the password is not that of the person.
    private func prove(_ password: String, _ id: User.ID, _ request: Request) async throws {
        try await accounts.prove(password, of: id, from: request)
    }

    static let wrongCode = Problem.unprocessable(
        ["body", "code"],
        "is not the one that is good now, or was used already",
        type: "wrong_code"
    )
}

extension Accounts {
    /// Asks whoever is signed in for their password again, before something that a stolen session must not do.
    ///
    /// - Throws: a 403 when it is wrong, a 429 after too many tries.
    func prove(_ password: String, of id: User.ID, from request: Request) async throws {
        guard let user = try await users.user(id) else { throw Problem.unauthorized("This account is gone.") }
        try await guardian.admitProof(of: id)
        guard user.hasPassword else { return try await proveFreshness(of: user, request) }
        let hash = try await users.password(of: id)
        guard try await passwords.matches(password, hash) else {
            seen.refused("proof", by: user.id.description, on: request.route.pattern, from: request.origin)
            throw Problem(403, "wrong-password", "The password is wrong.")
        }
    }

    /// Whoever has no password has proved who they are when they signed in with their provider a moment ago.
    private func proveFreshness(of user: User, _ request: Request) async throws {
        let session = try await database.read { reader in
            guard let id = request.caller?.session else { return nil as Session? }
            return try await sessions.session(id, in: reader)?.session
        }
        guard let session, session.user == user.id, clock.now() - session.createdAt < Self.freshness else {
            seen.refused("proof", by: user.id.description, on: request.route.pattern, from: request.origin)
            throw Problem(403, "sign-in-again", "You have no password: sign in again with your provider first.")
        }
    }

    private static let freshness = Duration.seconds(600)
}

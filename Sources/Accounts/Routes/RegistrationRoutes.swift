import Core
import Database
import HTTPServer

/// The calls by which somebody gets an account: the first administrator, those invited, and those who register themselves.
struct RegistrationRoutes: Sendable {
    let accounts: Accounts

    var all: [Route] { [ways, setUp, register, verify, invited, accept] }

    struct Ways: APIValue {
        let setupNeeded: Bool
        let registration: Accounts.Registration
        let mail: Bool
        static let notes = [
            "setupNeeded": "Whether the first administrator is still to come.",
            "registration": "Who may make an account.", "mail": "Whether this server can send letters.",
        ]
    }

    private var ways: Route {
        Route(
            .get,
            "/api/v1/setup",
            summary: "Tell how one gets an account here",
            tags: SignInRoutes.tags,
            quota: "public"
        ) { _ in
            Ways(
                setupNeeded: try await accounts.users.count() == 0,
                registration: accounts.options.registration,
                mail: accounts.options.canSendMail
            )
        }
    }

    struct Person: APIValue {
        let token: String
        let email: String
        let name: String
        let password: String
        let session: Session.Kind?
        static let notes = ["token": "From the set-up link on the console."]
    }

    private var setUp: Route {
        Route(
            .post,
            "/api/v1/setup",
            summary: "Make the first administrator, with the set-up link",
            tags: SignInRoutes.tags,
            body: .json(Person.self),
            limits: SignInRoutes.limits,
            quota: "clients",
            answers: [
                .json(TokenAnswer.self, "Tokens, for session=token."),
                .problem(403, "A session in a cookie begins on our own pages only."),
                .problem(409, "There is an account already."),
                .problem(410, "The link is not good."),
            ]
        ) { request in
            let person = try request.json(Person.self)
            let kind = person.session ?? .token
            try SignInRoutes.refuseStrangers(kind, request, accounts)
            let known = try await accounts.database.read { reader in
                try await accounts.tokens.look(at: person.token, as: .setup, NoContent.self, in: reader) != nil
            }
            guard known else { throw Self.deadSetUp }
            let draft = try MakePerson.Draft(
                email: MakePerson.address(person.email),
                name: person.name,
                role: .admin,
                password: person.password
            )
            let prepared = try await accounts.make.prepare(draft)
            let begun = try await accounts.database.write { tx in
                try await tx.lock("set-up")
                guard try await accounts.users.count(in: tx) == 0 else {
                    throw Problem.conflict("This server is set up already. Sign in, or ask to be invited.")
                }
                guard try await accounts.tokens.redeem(person.token, as: .setup, NoContent.self, in: tx) != nil else {
                    throw Self.deadSetUp
                }
                try await accounts.make(prepared, how: "set-up", from: request.origin, by: nil, in: tx)
                return try await accounts.begin(
                    prepared.user,
                    kind,
                    hasSecondFactor: false,
                    from: request.origin,
                    how: "set-up",
                    in: tx
                )
            }
            return try await SignInRoutes.answer(begun, request, accounts)
        }
    }

    struct Registration: APIValue {
        let email: String
        let name: String
        let password: String
    }

    private var register: Route {
        Route(
            .post,
            "/api/v1/auth/register",
            summary: "Make an account, where anybody may",
            details:
                "A letter proves the address. The answer is the same whether or not the address has an account already.",
            tags: SignInRoutes.tags,
            body: .json(Registration.self),
            limits: SignInRoutes.limits,
            quota: "clients",
            status: 202,
            answers: [
                .problem(403, "One has to be invited."), .problem(422, "The password is easy to guess."),
                .problem(503, "This server cannot send mail."),
            ]
        ) { request in
            guard accounts.options.registration == .open else {
                throw Problem.forbidden(
                    "Nobody registers here by themselves. Ask whoever looks after this server to invite you."
                )
            }
            try accounts.post.demand()
            let given = try request.json(Registration.self)
            let draft = try MakePerson.Draft(
                email: MakePerson.address(given.email),
                name: given.name,
                role: .grower,
                reach: .nothing,
                state: .unverified,
                password: given.password
            )
            let prepared = try await accounts.make.prepare(draft)
            let maySend = await accounts.guardian.mayWrite(to: draft.email)
            try await accounts.database.write { tx in
                if let known = try await accounts.users.user(draft.email, in: tx) {
                    guard maySend else { return }
                    guard known.state == .unverified else {
                        return try await accounts.post(.alreadyRegistered, to: known.id, in: tx)
                    }
                    // Whoever came before may have been anybody: their password and their links are good no more.
                    try await accounts.registerAnew(known, as: prepared, from: request.origin, in: tx)
                    return try await accounts.post(.verification, to: known.id, in: tx)
                }
                try await accounts.make(prepared, how: "registered", from: request.origin, by: nil, in: tx)
                try await accounts.post(.verification, to: prepared.user.id, in: tx)
            }
            return DoneAnswer("A letter is on its way to this address. Open the link in it.")
        }
    }

    struct Token: APIValue {
        let token: String
        static let notes = ["token": "From the link in the letter."]
    }

    private var verify: Route {
        Route(
            .post,
            "/api/v1/auth/verify",
            summary: "Prove an address with the link of a letter",
            tags: SignInRoutes.tags,
            body: .json(Token.self),
            limits: SignInRoutes.limits,
            quota: "clients",
            answers: [.empty(204, "It is proved; sign in."), .problem(410, "The link is not good.")]
        ) { request in
            let token = try request.json(Token.self).token
            try await accounts.database.write { tx in
                guard let id = try await accounts.tokens.redeem(token, as: .verification, NoContent.self, in: tx)?.user,
                    var user = try await accounts.users.user(id, in: tx)
                else { throw PasswordRoutes.deadLink }
                guard user.state == .unverified else { return }
                user.state = .active
                try await accounts.users.update(user, in: tx)
                let entry = AuditEntry("user.verified", by: id.description, on: "user \(id)", from: request.origin)
                try await accounts.audit.write(entry, in: tx)
            }
            return .noContent
        }
    }

    struct Invited: APIValue {
        let email: String
        let role: Role
        let expiresAt: Timestamp
    }

    private var invited: Route {
        Route(
            .post,
            "/api/v1/auth/invitation",
            summary: "Look at the invitation behind a link",
            tags: SignInRoutes.tags,
            body: .json(Token.self),
            limits: SignInRoutes.limits,
            quota: "clients",
            answers: [.problem(410, "The link is not good.")]
        ) { request in
            let token = try request.json(Token.self).token
            let invitation = try await accounts.database.read { try await accounts.invitation(token, in: $0) }
            guard let invitation else { throw PasswordRoutes.deadLink }
            return Invited(
                email: invitation.email.description,
                role: invitation.role,
                expiresAt: invitation.expiresAt
            )
        }
    }

    struct Acceptance: APIValue {
        let token: String
        let name: String
        let password: String
        let session: Session.Kind?
    }

    private var accept: Route {
        Route(
            .post,
            "/api/v1/auth/invitation/accept",
            summary: "Accept an invitation: the account is made, and signed in",
            tags: SignInRoutes.tags,
            body: .json(Acceptance.self),
            limits: SignInRoutes.limits,
            quota: "clients",
            answers: [
                .json(TokenAnswer.self, "Tokens, for session=token."),
                .problem(403, "A session in a cookie begins on our own pages only."),
                .problem(410, "The link is not good."), .problem(422, "The password is easy to guess."),
            ]
        ) { request in
            let given = try request.json(Acceptance.self)
            let kind = given.session ?? .token
            try SignInRoutes.refuseStrangers(kind, request, accounts)
            let invitation = try await accounts.database.read { try await accounts.invitation(given.token, in: $0) }
            guard let invitation else { throw PasswordRoutes.deadLink }
            let draft = MakePerson.Draft(
                email: invitation.email,
                name: given.name,
                role: invitation.role,
                reach: invitation.reach,
                password: given.password
            )
            let prepared = try await accounts.make.prepare(draft)
            let begun = try await accounts.database.write { tx in
                guard
                    try await accounts.tokens.redeem(given.token, as: .invitation, InvitationLink.self, in: tx) != nil,
                    try await accounts.invitations.remove(invitation.id, in: tx)
                else { throw PasswordRoutes.deadLink }
                try await accounts.make(prepared, how: "invited", from: request.origin, by: nil, in: tx)
                return try await accounts.begin(
                    prepared.user,
                    kind,
                    hasSecondFactor: false,
                    from: request.origin,
                    how: "invitation",
                    in: tx
                )
            }
            return try await SignInRoutes.answer(begun, request, accounts)
        }
    }

    private static let deadSetUp = Problem(
        410,
        "dead-link",
        "This set-up link is not good: it was used, or is older than a day. The console shows another when the server starts."
    )
}

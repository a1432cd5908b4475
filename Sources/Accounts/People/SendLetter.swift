import Core
import Database
import JobQueue

/// Writes a letter when its job comes up, with a link that was made just then, and hands it to the mail server.
package struct SendLetter: Sendable {
    /// A letter as it leaves.
    package struct Text: Sendable {
        package let to: String
        package let subject: String
        /// Plain text; the first address on a line of its own is the link.
        package let body: String
        /// The same when it is sent again.
        package let id: String
    }

    package typealias Send = @Sendable (Text) async throws -> Void

    let accounts: Accounts
    let send: Send?

    var handler: JobHandler {
        JobHandler(Letter.job) { letter, job in
            guard let send else { throw LetterFault.noServer }
            // Whoever it was for may be gone by now.
            guard let text = try await write(letter, id: job.id.description) else { return }
            try await send(text)
        }
    }

    private func write(_ letter: Letter, id: String) async throws -> Text? {
        switch letter.kind {
        case .invitation: return try await invitation(Invitation.ID(letter.subject), id)
        case .addressProof, .addressChanged: return try await addressLetter(letter, id: id)
        default: break
        }
        guard let user = try await accounts.users.user(User.ID(letter.subject)) else { return nil }
        let base = try Self.base(accounts.options.publicURL)
        func text(_ subject: String, _ body: String) -> Text {
            let greeting = "Hello \(user.name),\n\n"
            return Text(to: user.email.description, subject: subject, body: greeting + body + Self.foot(base), id: id)
        }
        switch letter.kind {
        case .verification:
            let link = try await link("verify", .verification, user, .seconds(86_400), base)
            return text(
                "Confirm your address",
                "somebody made an account with this address, hopefully you. Open this link within a day to confirm it:\n\n"
                    + "\(link)\n\nIf it was not you, do nothing: the account stays closed."
            )
        case .passwordReset:
            let link = try await link("reset", .passwordReset, user, PasswordRoutes.linkLife, base)
            return text(
                "Set a new password",
                "somebody asked for a new password for this address. Open this link within an hour to set one:\n\n"
                    + "\(link)\n\nIf it was not you, do nothing: your password stays as it is."
            )
        case .alreadyRegistered:
            return text(
                "You have an account already",
                "somebody tried to make an account with this address, but there is one. Sign in here:\n\n"
                    + "\(base)/sign-in\n\nIf you have forgotten the password, that page helps with it."
            )
        case .passwordChanged:
            return text(
                "Your password was changed",
                "the password of your account was changed just now, and other sessions were ended.\n\n"
                    + "If it was not you, set another one at once:\n\n\(base)/sign-in"
            )
        case .secondFactorRemoved:
            return text(
                "Your second factor was removed",
                "signing in to your account no longer asks for a code.\n\n"
                    + "If it was not you, change your password at once:\n\n\(base)/account"
            )
        case .leaving, .inactive:
            // Whoever has changed their mind by now needs no letter.
            guard let end = try await accounts.departure(of: user.id)?.eraseAt else { return nil }
            let day = "\(end)".prefix(10)
            return letter.kind == .leaving
                ? text(
                    "You are leaving",
                    "you asked to leave. Your account and all that is yours will be erased on \(day). Until then you can change "
                        + "your mind: sign in and stay.\n\n\(base)/sign-in\n\n"
                        + "If it was not you, sign in at once, stay, and change your password."
                )
                : text(
                    "Your account has not been used for long",
                    "your account has not been used for long. It will be erased on \(day), with all that is yours. "
                        + "To keep it, sign in:\n\n\(base)/sign-in"
                )
        case .addressAsked:
            return text(
                "Your account is to have another address",
                "somebody who signed in to your account asked for another address in place of this one. It changes once "
                    + "the new address is proved.\n\n"
                    + "If it was not you, change your password at once:\n\n\(base)/account#security"
            )
        case .providerLinked:
            return text(
                "A provider was linked to your account",
                "from now on \(letter.provider ?? "a provider") lets you in to your account.\n\n"
                    + "If it was not you, remove it, and change your password at once:\n\n\(base)/account#security"
            )
        case .providerRemoved:
            return text(
                "A provider was removed from your account",
                "\(letter.provider ?? "a provider") does not let you in to your account any more.\n\n"
                    + "If it was not you, change your password at once:\n\n\(base)/account#security"
            )
        case .invitation, .addressProof, .addressChanged: return nil
        }
    }

    private func invitation(_ id: Invitation.ID, _ letterID: String) async throws -> Text? {
        let base = try Self.base(accounts.options.publicURL)
        return try await accounts.database.write { tx in
            guard let invitation = try await accounts.invitations.invitation(id, in: tx) else { return nil }
            let token = try await accounts.tokens.issue(
                .invitation,
                content: InvitationLink(invitation: id),
                life: Invitation.life,
                in: tx
            )
            return Text(
                to: invitation.email.description,
                subject: "You are invited",
                body:
                    "Hello,\n\nyou are invited to this Hedgerow. Open this link within a week to choose a password:\n\n"
                    + "\(base)/join#\(token)\n\nIf you do not know why, do nothing." + Self.foot(base),
                id: letterID
            )
        }
    }

    private func link(
        _ page: String,
        _ purpose: OneTimeTokenStore.Purpose,
        _ user: User,
        _ life: Duration,
        _ base: String
    ) async throws -> String {
        let token = try await accounts.database.write { tx in
            try await accounts.tokens.issue(purpose, content: NoContent(), of: user.id, life: life, in: tx)
        }
        return "\(base)/\(page)#\(token)"
    }

    /// Links never come from a request, whose Host anyone can choose.
    static func base(_ publicURL: String?) throws -> String {
        guard let publicURL else { throw LetterFault.noPublicURL }
        return publicURL.hasSuffix("/") ? String(publicURL.dropLast()) : publicURL
    }

    static func foot(_ base: String) -> String { "\n\n--\nHedgerow at \(base)\n" }
}

/// Why a letter cannot leave.
enum LetterFault: Error, CustomStringConvertible {
    case noServer, noPublicURL

    var description: String {
        switch self {
        case .noServer: "there is no mail server: set smtp_url"
        case .noPublicURL: "links in letters need the address of this server: set public_url"
        }
    }
}

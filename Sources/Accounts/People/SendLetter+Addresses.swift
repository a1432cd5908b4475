import Core
import Database

extension SendLetter {
    /// The letters about a change of an address, which go to another one than the person has then.
    func addressLetter(_ letter: Letter, id: String) async throws -> Text? {
        let base = try Self.base(accounts.options.publicURL)
        return try await accounts.database.write { tx in
            let now = accounts.clock.now()
            guard let change = try await accounts.emailChanges.change(.init(letter.subject), at: now, in: tx),
                change.isDone == (letter.kind == .addressChanged),
                let user = try await accounts.users.user(change.user, in: tx)
            else { return nil }
            func text(_ subject: String, _ body: String) -> Text {
                Text(to: change.email.description, subject: subject, body: body + Self.foot(base), id: id)
            }
            if change.isDone {
                return text(
                    "Your account has another address now",
                    "Hello \(user.name),\n\nyour account has another address now, and letters go there from now on.\n\n"
                        + "If it was not you, write to whoever looks after this server at once."
                )
            }
            // Said to the owner of the address alone, and by nobody else.
            guard try await accounts.users.user(change.email, in: tx) == nil else {
                return text(
                    "You have an account already",
                    "Hello,\n\nsomebody wanted this address for another account, but it has one. Sign in here:\n\n"
                        + "\(base)/sign-in\n\nIf it was not you, do nothing: your account stays as it is."
                )
            }
            let token = try await accounts.tokens.issue(
                .emailChange,
                content: EmailChangeLink(change: change.id),
                of: user.id,
                life: EmailChange.linkLife,
                in: tx
            )
            return text(
                "Confirm your new address",
                "Hello,\n\nsomebody wants this address for their account, hopefully you. Open this link within a day to "
                    + "confirm it:\n\n\(base)/verify?of=address#\(token)\n\n"
                    + "If it was not you, do nothing: the address is not used."
            )
        }
    }
}

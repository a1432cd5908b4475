import Core
import Database
import HTTPServer
import JobQueue

/// Puts a letter on its way, in the transaction that is the reason for it.
struct PostLetter: Sendable {
    let queue: JobQueue
    /// Whether there is a mail server to send through.
    let canSend: Bool

    func callAsFunction(
        _ kind: Letter.Kind,
        to user: User.ID,
        provider: String? = nil,
        in tx: Transaction
    ) async throws {
        try await post(Letter(kind: kind, subject: user.uuid, provider: provider), in: tx)
    }

    func callAsFunction(_ kind: Letter.Kind, about change: EmailChange.ID, in tx: Transaction) async throws {
        try await post(Letter(kind: kind, subject: change.uuid), in: tx)
    }

    func callAsFunction(_ kind: Letter.Kind, about invitation: Invitation.ID, in tx: Transaction) async throws {
        try await post(Letter(kind: kind, subject: invitation.uuid), in: tx)
    }

    private func post(_ letter: Letter, in tx: Transaction) async throws {
        guard canSend else { return }
        try await queue.enqueue(Letter.job, letter, in: tx)
    }

    /// - Throws: a 503 where nothing works without letters and there is no mail server.
    func demand() throws {
        guard !canSend else { return }
        throw Problem.unavailable(
            "This server cannot send mail. Whoever looks after it sets smtp_url, or helps with: hedgerow user set-password."
        )
    }
}

package import Core
import Synchronization

/// How long a mail may take.
package struct MailLimits: Sendable {
    /// To reach the server.
    package var connect: Duration
    /// From the start to the server's word that it has the mail.
    package var total: Duration

    package init(connect: Duration = .seconds(10), total: Duration = .seconds(60)) {
        self.connect = connect
        self.total = total
    }
}

/// Sends mail through one server; one per program.
package final class MailSender: Sendable {
    package let server: MailServer
    package let from: MailAddress
    private let limits: MailLimits
    private let depth: Int
    private let clock: WallClock
    private let underway = Mutex(0)

    /// At most `depth` mails are on their way at once, each on a connection of its own; more are refused as `.busy`.
    package init(
        _ server: MailServer,
        from: MailAddress,
        limits: MailLimits = MailLimits(),
        depth: Int = 8,
        clock: WallClock = .system
    ) {
        self.server = server
        self.from = from
        self.limits = limits
        self.depth = depth
        self.clock = clock
    }

    /// Returns when the server has taken the mail for every recipient; otherwise it has it for none.
    ///
    /// After `.timeout` and `.brokenOff` nobody knows whether it has: a mail with an `id` can be sent again.
    ///
    /// - Throws: `MailFault`, whose `isPassing` says whether to try again; `CancellationError` when cancelled, within a
    ///   second.
    package func send(_ message: MailMessage) async throws {
        let now = clock.now()
        let id = message.id ?? "\(UUIDv7.next(at: now))"
        let envelope = MailEnvelope(
            sender: from.address,
            recipients: message.recipients.map(\.address),
            bytes: message.bytes(from: from, id: id, at: message.date ?? now)
        )
        try await perform(envelope)
    }

    /// Returns when the server answers and lets us in; sends nothing.
    ///
    /// - Throws: as `send`.
    package func probe() async throws { try await perform(nil) }

    private func perform(_ envelope: MailEnvelope?) async throws {
        try Task.checkCancellation()
        guard enter() else { throw MailFault(.busy, server: "\(server)") }
        defer { underway.withLock { $0 -= 1 } }
        // libcurl waits on the spot for the server's last words, so each mail has a thread of its own to wait on.
        let loop = CurlLoop(depth: 1, connections: HTTPClient.Connections())
        defer { loop.stop() }
        do {
            let handle = try CurlHandle(envelope, to: server, limits: limits)
            let dialogue = MailDialogue(server: "\(server)")
            let transfer = Transfer(id: loop.nextID(), handle: handle, host: server.host, dialogue: dialogue)
            _ = try await loop.run(transfer)
        } catch let fault as OutboundFault {
            throw MailFault(.other, server: "\(server)", detail: fault.detail)
        }
    }

    private func enter() -> Bool {
        underway.withLock { count in
            guard count < depth else { return false }
            count += 1
            return true
        }
    }
}

import Core
import Synchronization

/// A connection beside the pool that hears the server's notifications.
final class PostgresSubscriber: SignalConnection {
    private let link: PostgresLink
    let wire: Wire

    private let silence: Duration

    /// Logs in and listens, from here on without a gap.
    init(_ address: PostgresAddress, silence: Duration) throws {
        self.silence = silence
        link = try PostgresLink.connect(address, canceller: PostgresCanceller())
        wire = link.makeWire()
        link.patience = silence / 2
        try listen()
    }

    deinit { wire.detach() }

    func receive(isAnswerDue: Bool) throws -> SignalArrival? {
        if let text = try link.notification(within: silence) { return SignalNotification.read(text) }
        // Asks whether the server is there; saying it again changes nothing.
        try listen()
        return nil
    }

    private func listen() throws {
        let outcome = try link.run(script: "LISTEN \(SignalNotification.channel)")
        if let failure = outcome.failure { throw failure.fault }
    }
}

extension SignalReceiver {
    /// Listens to a PostgreSQL server; its absence is logged once.
    convenience init(_ address: PostgresAddress, silence: Duration, metrics: Metrics, log: Log) {
        let isAway = Atomic(false)
        self.init(
            name: "postgres-subscriber",
            pauses: Backoff(first: .milliseconds(100), longest: .seconds(5)),
            metrics: metrics,
            words: nil,
            connect: { _ in
                do {
                    let subscriber = try PostgresSubscriber(address, silence: silence)
                    if isAway.exchange(false, ordering: .relaxed) { log.notice("signals come again") }
                    return subscriber
                } catch {
                    let fault = (error as? PostgresRefusal)?.fault ?? error as? DatabaseFault
                    if !isAway.exchange(true, ordering: .relaxed) {
                        log.warning("no signals from other servers", ["cause": .string(fault?.detail ?? "\(error)")])
                    }
                    throw error
                }
            }
        )
    }
}

import Core

/// Says that what somebody may do has changed, so that no process goes on with what it knew.
struct CallersChanged: Sendable {
    let cache: CallerCache
    let consents: ConsentCache
    let signals: any SignalBus

    private static let topic: SignalTopic = "accounts.changed"

    /// `nil` for everybody.
    func callAsFunction(_ user: User.ID?) async {
        forget(user)
        // What is lost is made up for by the short life of what is known.
        try? await signals.publish(Array((user?.description ?? "").utf8), to: Self.topic)
    }

    /// Hears what other processes say, until it is cancelled.
    func listen() async {
        for await event in await signals.subscribe(to: Self.topic, depth: 256) {
            if case .message(let bytes) = event, let user = User.ID(String(decoding: bytes, as: UTF8.self)) {
                forget(user)
            } else {
                forget(nil)
            }
        }
    }

    private func forget(_ user: User.ID?) {
        cache.forget(user)
        consents.forget(user)
    }
}

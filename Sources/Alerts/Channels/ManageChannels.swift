import Accounts
import Core
import Database
import HTTPServer

/// Adds, changes, removes and tries channels.
struct ManageChannels: Sendable {
    let channels: ChannelStore
    let deliveries: DeliveryStore
    let send: SendNotice
    let audit: AuditLog
    let clock: WallClock

    func add(
        _ name: String,
        _ kind: Channel.Kind,
        _ wish: ChannelWish,
        by caller: Caller,
        from origin: Origin
    ) async throws -> Channel {
        let now = clock.now()
        let channel = Channel(
            id: .next(at: now),
            name: name,
            kind: kind,
            target: try wish.target(kind, instead: nil),
            user: caller.user,
            setBy: caller.user,
            disclosure: Disclosure(caller.permissions),
            createdAt: now
        )
        try await channels.database.write { tx in
            try await tx.lock("alert channels")
            guard try await channels.count(in: tx) < ChannelStore.most else {
                throw Problem.conflict(
                    "There are \(ChannelStore.most) channels already: remove one that is not needed."
                )
            }
            try await channels.insert(channel, in: tx)
            try await note("channel.added", channel, by: caller, from: origin, in: tx)
        }
        return channel
    }

    func change(
        _ id: Channel.ID,
        _ wish: ChannelWish,
        by caller: Caller,
        from origin: Origin
    ) async throws -> Channel {
        let name = try wish.name.map { try PlainText.name($0, "name") }
        return try await channels.database.write { tx in
            try await tx.lock("alert channel \(id)")
            var channel = try await channel(id, visibleTo: caller, in: tx)
            channel.name = name ?? channel.name
            channel.target = try wish.target(channel.kind, instead: channel.target)
            channel.setBy = caller.user
            channel.disclosure = Disclosure(caller.permissions)
            try await channels.update(channel, in: tx)
            try await note("channel.changed", channel, by: caller, from: origin, in: tx)
            return channel
        }
    }

    /// What was on its way through it ends as failed, and says why.
    func remove(_ id: Channel.ID, by caller: Caller, from origin: Origin) async throws {
        try await channels.database.write { tx in
            let channel = try await channel(id, visibleTo: caller, in: tx)
            try await deliveries.giveUp(through: id, cause: "the channel was removed", in: tx)
            try await channels.remove(id, in: tx)
            try await note("channel.removed", channel, by: caller, from: origin, in: tx)
        }
    }

    /// Sends a notice that says it is a test.
    ///
    /// - Returns: why it could not be sent; `nil` when it was.
    func test(_ id: Channel.ID, by caller: Caller, from origin: Origin) async throws -> String? {
        let channel = try await channels.database.write { tx in
            let channel = try await self.channel(id, visibleTo: caller, in: tx)
            try await note("channel.tested", channel, by: caller, from: origin, in: tx)
            return channel
        }
        let now = clock.now()
        do {
            try await send(.test(of: channel, id: .next(at: now), at: now), through: channel)
            return nil
        } catch let fault as SendFault {
            return fault.cause
        }
    }

    private func channel(
        _ id: Channel.ID,
        visibleTo caller: Caller,
        in reader: DatabaseReader
    ) async throws -> Channel {
        guard let channel = try await channels.channel(id, in: reader), channel.isVisible(to: caller) else {
            throw Problem.notFound("There is no channel with this key, or none that you look after.")
        }
        return channel
    }

    private func note(
        _ action: String,
        _ channel: Channel,
        by caller: Caller,
        from origin: Origin,
        in tx: Transaction
    ) async throws {
        let entry = AuditEntry(
            action,
            by: caller.logName,
            on: "channel \(channel.id)",
            from: origin,
            new: ["kind": channel.kind.rawValue]
        )
        try await audit.write(entry, in: tx)
    }
}

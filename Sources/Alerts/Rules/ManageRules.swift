import Accounts
import Core
import Database
import HTTPServer
import Observations

/// Adds, changes and removes rules, each within what its maker sees.
struct ManageRules: Sendable {
    let rules: RuleStore
    let channels: ChannelStore
    let alerts: AlertStore
    let deliveries: DeliveryStore
    let watch: any CameraWatch
    let audit: AuditLog
    let clock: WallClock

    func add(_ wish: RuleWish, by caller: Caller, from origin: Origin) async throws -> Rule {
        let now = clock.now()
        var rule = Rule(
            id: .next(at: now),
            name: try PlainText.name(wish.name, "name"),
            kind: wish.kind,
            condition: try wish.condition(),
            site: wish.siteID,
            camera: wish.cameraID,
            pace: wish.pace ?? .atOnce,
            quietMinutes: wish.quietMinutes ?? 60,
            isEnabled: wish.isEnabled ?? true,
            channels: Set(wish.channels).sorted(),
            user: caller.user,
            disclosure: Disclosure(caller.permissions),
            createdAt: now
        )
        rule.site = try await place(of: rule, caller)
        let added = rule
        try await rules.database.write { tx in
            try await tx.lock("alert rules")
            guard try await rules.count(in: tx) < RuleStore.most else {
                throw Problem.conflict("There are \(RuleStore.most) rules already: remove one that is not needed.")
            }
            try await check(added.channels, caller, in: tx)
            try await rules.insert(added, in: tx)
            try await note("rule.added", added, by: caller, from: origin, in: tx)
        }
        return added
    }

    /// The rule is the word of whoever changed it last.
    func change(_ id: Rule.ID, _ wish: RuleWish, by caller: Caller, from origin: Origin) async throws -> Rule {
        let name = try PlainText.name(wish.name, "name")
        let condition = try wish.condition()
        var rule = try await rules.database.read { try await self.rule(id, visibleTo: caller, in: $0) }
        guard rule.kind == wish.kind else {
            throw Problem.unprocessable(["body", "kind"], "cannot be changed: add another rule")
        }
        rule.site = wish.siteID
        rule.camera = wish.cameraID
        let site = try await place(of: rule, caller)
        return try await rules.database.write { tx in
            try await tx.lock("alert rule \(id)")
            var rule = try await self.rule(id, visibleTo: caller, in: tx)
            rule.name = name
            rule.condition = condition
            rule.site = site
            rule.camera = wish.cameraID
            rule.pace = wish.pace ?? .atOnce
            rule.quietMinutes = wish.quietMinutes ?? 60
            rule.isEnabled = wish.isEnabled ?? true
            let wanted = Set(wish.channels)
            // Those that others chose may stay, seen or not.
            try await check(wanted.subtracting(rule.channels).sorted(), caller, in: tx)
            rule.channels = wanted.sorted()
            rule.user = caller.user
            rule.disclosure = Disclosure(caller.permissions)
            try await rules.update(rule, in: tx)
            try await note("rule.changed", rule, by: caller, from: origin, in: tx)
            return rule
        }
    }

    func remove(_ id: Rule.ID, by caller: Caller, from origin: Origin) async throws {
        try await rules.database.write { tx in
            let rule = try await rule(id, visibleTo: caller, in: tx)
            try await alerts.resolve(of: id, at: clock.now(), in: tx)
            try await deliveries.giveUp(of: id, cause: "the rule was removed", in: tx)
            try await rules.remove(id, in: tx)
            try await note("rule.removed", rule, by: caller, from: origin, in: tx)
        }
    }

    func rule(_ id: Rule.ID, visibleTo caller: Caller, in reader: DatabaseReader) async throws -> Rule {
        guard let rule = try await rules.rule(id, in: reader), Self.sees(rule, caller) else {
            throw Problem.notFound("There is no rule with this key, or none about what you see.")
        }
        return rule
    }

    private static func sees(_ rule: Rule, _ caller: Caller) -> Bool {
        caller.reach.sees(site: rule.site) && (rule.kind != .system || caller.seesServer)
    }

    /// The site of a rule: that of its camera, where it is about one.
    ///
    /// - Throws: a 422 for a place that the caller does not see: one that is not there looks alike.
    private func place(of rule: Rule, _ caller: Caller) async throws -> UUIDv7? {
        if rule.kind == .system, !caller.seesServer {
            throw Problem.unprocessable(
                ["body", "kind"],
                "is for those who look after the server, with the permission server and all sites"
            )
        }
        var site = rule.site
        if let id = rule.camera {
            let camera = try await watch.cameras().first { $0.camera.id == id }
            guard let camera, caller.reach.sees(site: camera.site), site == nil || site == camera.site else {
                throw Problem.unprocessable(["body", "camera_id"], "is no camera that you see, or not of this site")
            }
            site = camera.site
        } else if let id = site {
            guard caller.reach.sees(site: id), try await watch.hasSite(id) else {
                throw Problem.unprocessable(["body", "site_id"], "is no site that you see")
            }
        }
        guard caller.reach.sees(site: site) else {
            throw Problem.unprocessable(["body", "site_id"], "is missing: you look after certain sites alone")
        }
        return site
    }

    private func check(_ wanted: [Channel.ID], _ caller: Caller, in reader: DatabaseReader) async throws {
        for id in wanted {
            guard let channel = try await channels.channel(id, in: reader), channel.isVisible(to: caller) else {
                throw Problem.unprocessable(["body", "channels"], "names a channel that is not there, or not yours")
            }
        }
    }

    private func note(
        _ action: String,
        _ rule: Rule,
        by caller: Caller,
        from origin: Origin,
        in tx: Transaction
    ) async throws {
        let entry = AuditEntry(
            action,
            by: caller.logName,
            on: "rule \(rule.id)",
            from: origin,
            new: ["kind": rule.kind.rawValue]
        )
        try await audit.write(entry, in: tx)
    }
}

extension Caller {
    /// What is wrong with the server is for those who look after it, and see all that is on it.
    var seesServer: Bool { permissions.contains(.server) && reach.sees(site: nil) }
}

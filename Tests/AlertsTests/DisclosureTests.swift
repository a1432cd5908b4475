import Core
import Database
import Foundation
import HTTPServer
import Observations
import TestSupport
import Testing

@testable import Accounts
@testable import Alerts

@Suite("What messages tell of places") struct DisclosureTests {
    private static let exact = ["latitude": 52.523_4, "longitude": 13.251_7]
    private static let rough = ["latitude": 52.5, "longitude": 13.3]

    private struct Told {
        let place: [String: Double]?
        let hasPicture: Bool
    }

    /// Has one fox told by a rule of somebody through a channel of somebody, and gives what came there.
    private func told(
        _ lookout: Lookout,
        _ server: HookServer,
        rule: Caller? = nil,
        channel: Caller? = nil,
        meanwhile: (Channel.ID) async throws -> Void = { _ in }
    ) async throws -> Told {
        let before = try server.taken().count
        let hook = try await lookout.hook(to: server, by: channel)
        let added = try await lookout.rule(channels: [hook.id], by: rule)
        try await lookout.sees("fox")
        try await meanwhile(hook.id)
        try await lookout.working {
            try await eventually("it is told") { try server.taken().count > before }
            try await eventually("it is written down") {
                try await lookout.database.read {
                    try await $0.value("SELECT count(*) FROM alert_delivery WHERE state = 'pending'", as: Int.self)
                } == 0
            }
        }
        try await lookout.feature.rules.remove(added.id, by: Lookout.everybody, from: Lookout.origin)
        let data = try #require(try server.taken().last?.json["data"] as? [String: Any])
        let alert = try #require(data["alert"] as? [String: Any])
        return Told(place: alert["location"] as? [String: Double], hasPicture: data["picture"] is [String: String])
    }

    private func key(of owner: Caller, _ scopes: Permission...) -> Caller {
        Caller(
            credential: .key(.next()),
            user: owner.user,
            role: owner.role,
            permissions: owner.permissions.intersection(scopes),
            reach: owner.reach,
            hasSecondFactor: false,
            quota: nil
        )
    }

    @Test(arguments: Lookout.Engine.allCases)
    func `a key that may make rules alone learns neither place nor picture by them`(
        engine: Lookout.Engine
    ) async throws {
        try await Lookout.with(engine) { lookout in
            let server = try await HookServer.start(in: lookout.folder)
            let ada = try await lookout.person()
            let rules = key(of: ada, .rules), looking = key(of: ada, .rules, .images)

            let whole = try await told(lookout, server, rule: ada, channel: ada)
            #expect(whole.place == Self.exact && whole.hasPicture)
            for (rule, channel) in [(rules, rules), (rules, ada), (ada, rules)] {
                let told = try await told(lookout, server, rule: rule, channel: channel)
                #expect(told.place == nil && !told.hasPicture)
            }
            let common = try await told(lookout, server, rule: looking, channel: ada)
            #expect(common.place == Self.exact && common.hasPicture, "as the page of cameras tells it")
            lookout.field.set { $0.hidden = [Field.oak] }
            let veiled = try await told(lookout, server, rule: looking, channel: ada)
            #expect(veiled.place == Self.rough && veiled.hasPicture)
            let others = try await told(lookout, server, rule: ada, channel: looking)
            #expect(others.place == Self.rough && others.hasPicture)
            let keeper = try await told(lookout, server, rule: ada, channel: ada)
            #expect(keeper.place == Self.exact)
        }
    }

    @Test func `a rule or a channel that a lesser key sets anew tells less from then on`() async throws {
        try await Lookout.with { lookout in
            let server = try await HookServer.start(in: lookout.folder)
            let ada = try await lookout.person()
            let channel = try await lookout.hook(to: server, by: key(of: ada, .rules))
            #expect(channel.disclosure == .words)
            let wish = ChannelWish(name: nil, recipients: nil, url: server.url, token: nil, chat: nil, eventType: nil)
            let taken = try await lookout.feature.channels.change(channel.id, wish, by: ada, from: Lookout.origin)
            #expect(taken.disclosure == .places)
            let rule = try await lookout.rule(channels: [channel.id], by: ada)
            #expect(rule.disclosure == .places)
            let again = RuleWish(
                name: "A rule",
                kind: .speciesSeen,
                species: nil,
                minConfidence: nil,
                hours: nil,
                percent: nil,
                severity: nil,
                siteID: nil,
                cameraID: nil,
                channels: [channel.id],
                pace: nil,
                quietMinutes: nil,
                isEnabled: nil
            )
            let lesser = key(of: ada, .rules, .images)
            _ = try await lookout.feature.rules.change(rule.id, again, by: lesser, from: Lookout.origin)
            let kept = try await lookout.database.read { try await lookout.feature.rules.rules.rule(rule.id, in: $0) }
            #expect(kept?.disclosure == .pictures)
        }
    }

    @Test func `whoever no longer sees a site, or is suspended or gone, has no more than words told`() async throws {
        try await Lookout.with { lookout in
            let server = try await HookServer.start(in: lookout.folder)
            let ada = try await lookout.person(), ben = try await lookout.person()
            let bens = try #require(ben.user)
            func change(_ change: @escaping @Sendable (inout User) -> Void) async throws {
                try await lookout.database.write { tx in
                    var user = try #require(try await lookout.accounts.users.user(bens, in: tx))
                    change(&user)
                    try await lookout.accounts.users.update(user, in: tx)
                }
            }
            let narrowed = try await told(lookout, server, rule: ada, channel: ben) { _ in
                try await change { $0.reach.sites = [Lookout.there] }
            }
            #expect(narrowed.place == nil && !narrowed.hasPicture)
            try await change { $0.reach.sites = nil }
            let suspended = try await told(lookout, server, rule: ben, channel: ada) { _ in
                try await change { $0.state = .suspended }
            }
            #expect(suspended.place == nil && !suspended.hasPicture)
            try await change { $0.state = .active }
            let data = AlertsData(channels: lookout.feature.channels.channels, users: lookout.accounts.users)
            let led = try await told(lookout, server, rule: ada, channel: ada) { channel in
                let wish = ChannelWish(
                    name: nil,
                    recipients: nil,
                    url: server.url,
                    token: nil,
                    chat: nil,
                    eventType: nil
                )
                _ = try await lookout.feature.channels.change(channel, wish, by: ben, from: Lookout.origin)
                try await change { $0.state = .suspended }
            }
            #expect(led.place == nil && !led.hasPicture, "who last said where it leads bounds it")
            try await change { $0.state = .active }
            let gone = try await told(lookout, server, rule: ada, channel: ben) { _ in
                _ = try await lookout.database.write { try await data.erase(bens, in: $0) }
            }
            #expect(gone.place == nil && !gone.hasPicture)
        }
    }

    @Test func `an event of EarthRanger has the place as everybody may know it`() async throws {
        try await Lookout.with { lookout in
            let server = try await HookServer.start(in: lookout.folder)
            let looking = key(of: try await lookout.person(), .rules, .images)
            lookout.field.set { $0.hidden = [Field.oak] }
            let channel = try await lookout.channel(
                .earthRanger,
                url: server.url,
                token: "right",
                eventType: "camera_trap",
                by: looking
            )
            _ = try await lookout.rule(channels: [channel.id], by: looking)
            try await lookout.sees("rhinoceros")
            try await lookout.working {
                try await eventually("it is told") { try !server.taken().isEmpty }
            }
            #expect(try server.taken().first?.json["location"] as? [String: Double] == Self.rough)
        }
    }

    @Test func `answers about alerts hold no place`() async throws {
        try await Lookout.with { lookout in
            _ = try await lookout.rule()
            try await lookout.sees("fox")
            let alert = try #require(try await lookout.history().first)
            let shown = try await lookout.feature.look(at: alert.id, Lookout.everybody)
            let text = String(decoding: try JSON.encode(shown), as: UTF8.self)
            #expect(!text.contains("52.5") && !text.contains("latitude"))
        }
    }
}

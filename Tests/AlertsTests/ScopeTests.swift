import Core
import Database
import HTTPServer
import JobQueue
import Observations
import TestSupport
import Testing

@testable import Accounts
@testable import Alerts

@Suite("Who sees what") struct ScopeTests {
    private func refusal(_ body: () async throws -> Void) async throws -> String {
        let problem = await #expect(throws: Problem.self) { try await body() }
        return "\(problem?.status ?? 0) \(problem?.detail ?? "")"
    }

    @Test(arguments: Lookout.Engine.allCases)
    func `whoever sees a site neither sees alerts of another nor makes rules of it`(
        engine: Lookout.Engine
    ) async throws {
        try await Lookout.with(engine) { lookout in
            let ada = try await lookout.person(sites: [Lookout.here])
            let all = try await lookout.rule()
            let mine = try await lookout.rule(site: Lookout.here, by: ada)
            try await lookout.sees("fox", site: Lookout.there)
            try await lookout.sees("hare", site: nil)
            #expect(try await lookout.history(ada).isEmpty)
            try await lookout.sees("badger")
            #expect(try await lookout.history(ada).map(\.title) == ["Badger at Old oak", "Badger at Old oak"])
            #expect(try await lookout.history().count == 4)

            #expect(try await refusal { _ = try await lookout.rule(by: ada) }.contains("site_id: is missing"))
            let elsewhere = try await refusal { _ = try await lookout.rule(site: Lookout.there, by: ada) }
            let nowhere = try await refusal { _ = try await lookout.rule(site: .next(), by: ada) }
            #expect(elsewhere == nowhere, "what is not seen looks like what is not there")
            lookout.field.camera(Field.gate, site: Lookout.there, heard: nil)
            let camera = try await refusal { _ = try await lookout.rule(camera: Field.gate, by: ada) }
            #expect(camera.contains("camera_id: is no camera that you see"))
            #expect(try await refusal { _ = try await lookout.rule(.system, by: ada) }.contains("kind"))

            let page = try await lookout.feature.rules.rules.page(
                within: ada.reach,
                seesServer: ada.seesServer,
                after: nil,
                limit: 50
            )
            #expect(page.rules.map(\.id) == [mine.id])
            let removal = try await refusal {
                try await lookout.feature.rules.remove(all.id, by: ada, from: Lookout.origin)
            }
            #expect(removal.hasPrefix("404"))
        }
    }

    @Test func `one alert of another site is neither shown nor acknowledged, alone or with all`() async throws {
        try await Lookout.with { lookout in
            let ada = try await lookout.person(sites: [Lookout.here])
            _ = try await lookout.rule()
            try await lookout.sees("fox", site: Lookout.there)
            let alert = try #require(try await lookout.history().first)
            let shown = try await refusal { _ = try await lookout.feature.look(at: alert.id, ada) }
            let missing = try await refusal { _ = try await lookout.feature.look(at: .next(), ada) }
            #expect(shown == missing && shown.hasPrefix("404"))
            let said = try await refusal {
                try await lookout.feature.look.acknowledge(alert.id, by: ada, from: Lookout.origin)
            }
            #expect(said.hasPrefix("404"))
            let count = try await lookout.feature.look.acknowledge(
                AlertFilter(ada),
                upTo: .next(),
                by: ada,
                from: Lookout.origin
            )
            #expect(count == 0)
            #expect(try await lookout.history().map(\.state) == [.open])
        }
    }

    @Test func `a rule tells nothing that its maker may not see any more`() async throws {
        try await Lookout.with { lookout in
            let ada = try await lookout.person()
            let rule = try await lookout.rule(by: ada)
            try await lookout.sees("fox")
            #expect(try await lookout.history().count == 1)
            let id = try #require(ada.user)
            var user = try #require(try await lookout.accounts.users.user(id))
            user.reach.sites = [Lookout.there]
            let narrowed = user
            try await lookout.database.write { try await lookout.accounts.users.update(narrowed, in: $0) }
            try await lookout.sees("hare")
            #expect(try await lookout.history().count == 1)
            try await lookout.sees("hare", site: Lookout.there)
            #expect(try await lookout.history().count == 2)
            user.state = .suspended
            let suspended = user
            try await lookout.database.write { try await lookout.accounts.users.update(suspended, in: $0) }
            try await lookout.sees("badger", site: Lookout.there)
            #expect(try await lookout.history().count == 2)
            let authority = lookout.feature.notice.authority
            let holds = try await lookout.database.read { try await authority.holds(rule, at: nil, in: $0) }
            #expect(!holds)
        }
    }

    @Test func `what is wrong with the server is for those who look after it`() async throws {
        try await Lookout.with { lookout in
            lookout.field.set { $0.diskUsed = 0.9 }
            try await lookout.feature.server()
            #expect(try await lookout.history().count == 1)
            let analyst = try await lookout.person(.analyst)
            #expect(try await lookout.history(analyst).isEmpty)
            let admin = try await lookout.person(.admin)
            #expect(try await lookout.history(admin).count == 1)
            let bounded = try await lookout.person(.admin, sites: [Lookout.here])
            #expect(try await lookout.history(bounded).isEmpty)
        }
    }

    @Test func `a channel is its maker's, or of those who see everything`() async throws {
        try await Lookout.with { lookout in
            let ada = try await lookout.person(sites: [Lookout.here])
            let ben = try await lookout.person(sites: [Lookout.here])
            let hers = try await lookout.channel(.webhook, url: "https://a.example/", by: ada)
            let all = try await lookout.channel(.webhook, url: "https://b.example/")
            func list(_ caller: Caller) async throws -> [Channel.ID] {
                try await lookout.feature.channels.channels.page(visibleTo: caller, after: nil, limit: 50).channels
                    .map(\.id)
            }
            #expect(try await list(ada) == [hers.id])
            #expect(try await list(ben).isEmpty)
            #expect(try await list(Lookout.everybody) == [hers.id, all.id])
            let used = try await refusal {
                _ = try await lookout.rule(site: Lookout.here, channels: [hers.id], by: ben)
            }
            #expect(used.contains("not there, or not yours"))
            let led = try await refusal {
                let wish = ChannelWish(
                    name: nil,
                    recipients: nil,
                    url: "https://evil.example/",
                    token: nil,
                    chat: nil,
                    eventType: nil
                )
                _ = try await lookout.feature.channels.change(all.id, wish, by: ada, from: Lookout.origin)
            }
            #expect(led.hasPrefix("404"))
        }
    }

    @Test func `secrets lie sealed, are told nowhere, and follow no channel to another address`() async throws {
        try await Lookout.with { lookout in
            let channel = try await lookout.channel(
                .telegram,
                url: "https://bots.example/path-secret",
                token: "token-secret",
                chat: "@hedge"
            )
            let hook = try await lookout.channel(.webhook, url: "https://hooks.example/T0/url-secret")
            let rows = try await lookout.database.query("SELECT target FROM alert_channel")
            for row in rows {
                let text = String(decoding: try row["target", as: [UInt8].self], as: UTF8.self)
                #expect(!text.contains("secret") && !text.contains("example"))
            }
            for one in [channel, hook] {
                let answer = try JSON.encode(ChannelRoutes.ChannelAnswer(one, for: Lookout.everybody))
                let text = String(decoding: answer, as: UTF8.self)
                #expect(!text.contains("-secret") && !text.contains("whsec_"), "\(text)")
            }
            let moved = ChannelWish(
                name: nil,
                recipients: nil,
                url: "https://evil.example",
                token: nil,
                chat: nil,
                eventType: nil
            )
            let said = try await refusal {
                _ = try await lookout.feature.channels.change(
                    channel.id,
                    moved,
                    by: Lookout.everybody,
                    from: Lookout.origin
                )
            }
            #expect(said.contains("token: is to be given again"))
            let jobs = try await lookout.database.query("SELECT * FROM audit")
            #expect(!"\(jobs)".contains("-secret"))
        }
    }

    @Test(
        "A channel that cannot be is refused with its field",
        arguments: [
            (Channel.Kind.email, ChannelWish(recipients: ["nobody"]), "recipients: number 1"),
            (.email, ChannelWish(recipients: []), "recipients: takes 1 to 10"),
            (.email, ChannelWish(), "recipients: is missing"),
            (.email, ChannelWish(recipients: ["a@b.example"], token: "x"), "token: does not belong"),
            (.webhook, ChannelWish(url: "ftp://x"), "url: is not an http"),
            (.webhook, ChannelWish(), "url: is missing"),
            (.telegram, ChannelWish(token: "a/../b", chat: "1"), "token: takes"),
            (.telegram, ChannelWish(token: "a", chat: "hedge"), "chat: is neither"),
            (.earthRanger, ChannelWish(url: "https://x.example", token: "a"), "event_type: is missing"),
        ]
    )
    func refused(kind: Channel.Kind, wish: ChannelWish, words: String) throws {
        let problem = #expect(throws: Problem.self) { _ = try wish.target(kind, instead: nil) }
        #expect(problem?.status == 422)
        #expect(problem?.detail.contains(words) == true, "\(problem?.detail ?? "")")
    }

    @Test(arguments: Lookout.Engine.allCases)
    func `when somebody goes their name and their address go, and what others need stays`(
        engine: Lookout.Engine
    ) async throws {
        try await Lookout.with(engine) { lookout in
            let ada = try await lookout.person()
            let id = try #require(ada.user)
            let address = try #require(try await lookout.accounts.users.user(id)?.email.description)
            let team = try await lookout.channel(
                .email,
                recipients: [address.uppercased(), "team@example.org"],
                by: ada
            )
            let own = try await lookout.channel(.email, recipients: [address])
            _ = try await lookout.rule(channels: [team.id, own.id], by: ada)
            try await lookout.sees("fox")
            let alert = try #require(try await lookout.history().first)
            try await lookout.feature.look.acknowledge(alert.id, by: ada, from: Lookout.origin)
            let data = AlertsData(channels: lookout.feature.channels.channels, users: lookout.accounts.users)
            let used = try await data.usage(of: id)
            #expect(used.map(\.count) == [1, 1, 1, 1])
            let erased = try await lookout.database.write { try await data.erase(id, in: $0) }
            #expect(erased.isDone && erased.counts["addresses in alert channels"] == 2)
            let left = try await data.usage(of: id)
            #expect(left.map(\.count) == [0, 0, 0, 0])
            let rules = try await lookout.database.query("SELECT is_enabled FROM alert_rule")
            #expect(try rules.map { try $0["is_enabled", as: Bool.self] } == [false], "nobody bounds what it tells")
            let channels = try await lookout.database.read { try await lookout.feature.channels.channels.all(in: $0) }
            #expect(channels.map(\.target.recipients) == [["team@example.org"]])
            #expect(try await lookout.history().map(\.state) == [.acknowledged])
        }
    }

    @Test func `the history goes after a year, and what goes on stays`() async throws {
        try await Lookout.with { lookout in
            _ = try await lookout.rule()
            try await lookout.sees("fox")
            lookout.field.set { $0.diskUsed = 0.9 }
            try await lookout.feature.server()
            let old = OldAlerts(database: lookout.database)
            #expect(try await old.expired(at: lookout.time.now + .seconds(364 * 86_400)) == 0)
            let later = lookout.time.now + .seconds(366 * 86_400)
            #expect(try await old.expired(at: later) == 1)
            #expect(try await old.removeAll(at: later) == 1)
            #expect(try await lookout.history().map(\.kind) == [.system])
        }
    }
}

extension ChannelWish {
    fileprivate init(
        recipients: [String]? = nil,
        url: String? = nil,
        token: String? = nil,
        chat: String? = nil,
        eventType: String? = nil
    ) {
        self.init(name: nil, recipients: recipients, url: url, token: token, chat: chat, eventType: eventType)
    }
}

import Core
import Database
import Foundation
import HTTPServer
import JobQueue
import Observations
import Outbound
import TestSupport
import Testing

@testable import Alerts

@Suite("Alerts are sent") struct SendingTests {
    /// Waits until nothing that was ordered is on its way.
    private func untilDone(_ lookout: Lookout) async throws {
        try await eventually("all is sent or failed") {
            try await lookout.database.read {
                try await $0.value("SELECT count(*) FROM alert_delivery WHERE state = 'pending'", as: Int.self)
            } == 0
        }
    }

    @Test(arguments: Lookout.Engine.allCases)
    func `a webhook has the picture and a signature that others find right`(engine: Lookout.Engine) async throws {
        try await Lookout.with(engine) { lookout in
            let server = try await HookServer.start(in: lookout.folder)
            let channel = try await lookout.hook(to: server)
            _ = try await lookout.rule(channels: [channel.id])
            try await lookout.sees("fox")
            try await lookout.working { try await untilDone(lookout) }
            let alert = try #require(try await lookout.history().first)
            let delivery = try #require(try await lookout.deliveries(of: alert.id).first)
            #expect(delivery.state == .sent && delivery.attempts == 1 && delivery.cause == nil)
            let taken = try #require(try server.taken().first)
            #expect(taken.json["type"] as? String == "alert.raised")
            let data = try #require(taken.json["data"] as? [String: Any])
            #expect(data["title"] as? String == "Fox at Old oak")
            #expect(data["url"] as? String == "https://hedgerow.example/alerts")
            let picture = try #require(data["picture"] as? [String: String])
            #expect(picture["media_type"] == "image/jpeg")
            #expect(picture["base64"].flatMap { Data(base64Encoded: $0) } == Data(Field.picture))
            let told = try #require(data["alert"] as? [String: Any])
            #expect(told["id"] as? String == alert.id.description)
            #expect((told["location"] as? [String: Double])?["latitude"] == 52.523_4)
        }
    }

    @Test func `a signature of another secret is found wrong`() async throws {
        try await Lookout.with { lookout in
            let server = try await HookServer.start(in: lookout.folder)
            let other = "whsec_" + Data([UInt8](repeating: 7, count: 32)).base64EncodedString()
            let mark = other.replacing("+", with: "%2B").replacing("/", with: "%2F").replacing("=", with: "%3D")
            let channel = try await lookout.channel(.webhook, url: "\(server.url)/hook?secret=\(mark)")
            let cause = try await lookout.feature.channels.test(
                channel.id,
                by: Lookout.everybody,
                from: Lookout.origin
            )
            #expect(cause == "127.0.0.1: the server answered 401")
        }
    }

    @Test func `a mail has the picture in its text, and all recipients`() async throws {
        let sink = try await MailSink.shared
        try await Lookout.with(mail: sink.url) { lookout in
            let (first, second) = ("a\(UUIDv7.next())@example.org", "b\(UUIDv7.next())@example.org")
            let channel = try await lookout.channel(.email, recipients: [first, second])
            _ = try await lookout.rule(channels: [channel.id])
            try await lookout.sees("<b>fox")
            try await lookout.working { try await untilDone(lookout) }
            let mail = try #require(try sink.mails(to: first).first)
            #expect(mail.recipients == [first, second])
            #expect(mail.header("Subject") == "<b>fox at Old oak")
            #expect(mail.html?.contains("&lt;b&gt;fox at Old oak") == true)
            #expect(mail.text?.contains("https://hedgerow.example/alerts") == true)
            let file = try #require(mail.files.first)
            #expect(file.type == "image/jpeg" && Array(file.content) == Field.picture)
            #expect(mail.defects.isEmpty)
        }
    }

    @Test func `where no mail can be sent the history says so`() async throws {
        try await Lookout.with { lookout in
            let channel = try await lookout.channel(.email, recipients: ["ranger@example.org"])
            _ = try await lookout.rule(channels: [channel.id])
            try await lookout.sees("fox")
            try await lookout.working { try await untilDone(lookout) }
            let alert = try #require(try await lookout.history().first)
            let delivery = try #require(try await lookout.deliveries(of: alert.id).first)
            #expect(delivery.state == .failed)
            #expect(delivery.cause?.contains("smtp_url") == true)
        }
    }

    @Test func `Telegram gets the picture with words below it`() async throws {
        try await Lookout.with { lookout in
            let server = try await HookServer.start(in: lookout.folder)
            let channel = try await lookout.channel(.telegram, url: server.url, token: "12:right", chat: "-100123")
            _ = try await lookout.rule(channels: [channel.id])
            try await lookout.sees("fox")
            try await lookout.working { try await untilDone(lookout) }
            let taken = try #require(try server.taken().first)
            #expect(taken.path == "/bot12:right/sendPhoto")
            #expect(taken.form["chat_id"] == "-100123")
            #expect(taken.form["caption"]?.hasPrefix("Fox at Old oak\n2 animals") == true)
            #expect(taken.form["photo"].flatMap { Data(base64Encoded: $0) } == Data(Field.picture))
            let cause = try await lookout.feature.channels.test(
                channel.id,
                by: Lookout.everybody,
                from: Lookout.origin
            )
            #expect(cause == nil)
            let test = try #require(try server.taken().last)
            #expect(test.path == "/bot12:right/sendMessage")
            #expect((test.json["text"] as? String)?.hasPrefix("A test from Hedgerow") == true)
        }
    }

    @Test func `EarthRanger gets an event with its place`() async throws {
        try await Lookout.with { lookout in
            let server = try await HookServer.start(in: lookout.folder)
            let channel = try await lookout.channel(
                .earthRanger,
                url: server.url + "/",
                token: "right",
                eventType: "wildlife_sighting"
            )
            _ = try await lookout.rule(channels: [channel.id])
            try await lookout.sees("fox")
            try await lookout.working { try await untilDone(lookout) }
            let taken = try #require(try server.taken().first)
            #expect(taken.path == "/api/v1.0/activity/events")
            #expect(taken.headers["authorization"] == "Bearer right")
            #expect(taken.json["event_type"] as? String == "wildlife_sighting")
            #expect(taken.json["location"] as? [String: Double] == ["latitude": 52.523_4, "longitude": 13.251_7])
            #expect(taken.json["time"] as? String == "\(lookout.time.now - .seconds(60))")
            #expect((taken.json["event_details"] as? [String: Any])?["count"] as? Int == 1)
        }
    }

    @Test func `what the other side says is told, and never the token in it`() async throws {
        try await Lookout.with { lookout in
            let server = try await HookServer.start(in: lookout.folder)
            let bot = try await lookout.channel(.telegram, url: server.url, token: "wrong", chat: "@hedge")
            let ranger = try await lookout.channel(.earthRanger, url: server.url, token: "wrong", eventType: "x")
            func cause(_ channel: Channel) async throws -> String? {
                try await lookout.feature.channels.test(channel.id, by: Lookout.everybody, from: Lookout.origin)
            }
            #expect(
                try await cause(bot) == "127.0.0.1: the server answered 401 (Unauthorized: … is no token)"
            )
            #expect(try await cause(ranger) == "127.0.0.1: the server answered 403 (… may not)")
        }
    }

    @Test(arguments: Lookout.Engine.allCases)
    func `what fails is tried again under the same id, and says why in the end`(engine: Lookout.Engine) async throws {
        try await Lookout.with(engine) { lookout in
            let server = try await HookServer.start(in: lookout.folder)
            let channel = try await lookout.channel(.webhook, url: server.url + "/fails")
            _ = try await lookout.rule(channels: [channel.id])
            try await lookout.sees("fox")
            let alert = try #require(try await lookout.history().first)
            try await lookout.working {
                try await eventually("it was tried") {
                    try await lookout.deliveries(of: alert.id).first?.attempts == 1
                }
                #expect(try await lookout.deliveries(of: alert.id).first?.state == .pending)
                try await eventually("it is given up") {
                    // When the next attempt is due is written down a moment after this one is.
                    lookout.time.move(.seconds(3_600))
                    return try await lookout.deliveries(of: alert.id).first?.state == .failed
                }
            }
            let delivery = try #require(try await lookout.deliveries(of: alert.id).first)
            #expect(delivery.cause == "127.0.0.1: the server answered 500" && delivery.attempts == 6)
            #expect(Set(try server.taken().compactMap { $0.headers["webhook-id"] }).count == 1)
        }
    }

    @Test(arguments: Lookout.Engine.allCases)
    func `a digest tells everything once, with counts, at its time`(engine: Lookout.Engine) async throws {
        try await Lookout.with(engine) { lookout in
            let server = try await HookServer.start(in: lookout.folder)
            let channel = try await lookout.hook(to: server)
            _ = try await lookout.rule(channels: [channel.id], pace: .daily)
            _ = try await lookout.rule(species: ["fox"], channels: [channel.id], pace: .hourly)
            for _ in 0..<3 { try await lookout.sees("fox") }
            try await lookout.sees("hare")
            try await lookout.feature.gather()
            #expect(try server.taken().isEmpty, "nothing is due")
            lookout.time.move(.seconds(3_600))
            try await lookout.feature.gather()
            try await lookout.working { try await untilDone(lookout) }
            let hourly = try #require(try server.taken().first?.json["data"] as? [String: Any])
            #expect(hourly["title"] as? String == "3 alerts")
            #expect((hourly["details"] as? String)?.hasPrefix("3 × Fox at Old oak, last 2026-09-21 at") == true)
            lookout.time.move(.seconds(86_400))
            for _ in 0..<2 { try await lookout.feature.gather() }
            try await lookout.working { try await untilDone(lookout) }
            #expect(try server.taken().count == 2)
            let daily = try #require(try server.taken().last?.json["data"] as? [String: Any])
            #expect(daily["count"] as? Int == 4)
            let groups = try #require(daily["groups"] as? [[String: Any]])
            #expect(groups.map { $0["title"] as? String } == ["Fox at Old oak", "Hare at Old oak"])
            #expect(groups.map { $0["count"] as? Int } == [3, 1])
        }
    }

    @Test func `a worker that is cut off while it sends loses nothing`() async throws {
        try await Lookout.with { lookout in
            let server = try await HookServer.start(in: lookout.folder)
            let channel = try await lookout.channel(.webhook, url: server.url + "/slow")
            _ = try await lookout.rule(channels: [channel.id])
            try await lookout.sees("fox")
            struct Cut: Error {}
            // The worker goes while the other side has not answered yet.
            await #expect(throws: Cut.self) {
                try await lookout.working(grace: .zero) {
                    try await eventually("it is on its way") { try server.taken().count == 1 }
                    throw Cut()
                }
            }
            lookout.time.move(.seconds(3_600))
            try await lookout.working { try await untilDone(lookout) }
            let alert = try #require(try await lookout.history().first)
            #expect(try await lookout.deliveries(of: alert.id).first?.state == .sent)
            let ids = try server.taken().compactMap { $0.headers["webhook-id"] }
            #expect(ids.count == 2 && Set(ids).count == 1, "the other side can tell that it is the same")
        }
    }

    @Test func `a crowd goes into a digest, and not into thousands of messages`() async throws {
        try await Lookout.with { lookout in
            let channel = try await lookout.channel(.webhook, url: "http://127.0.0.1:9/")
            _ = try await lookout.rule(channels: [channel.id])
            for _ in 0..<RaiseAlert.mostAtOnce + 5 { try await lookout.sees("fox") }
            let rows = try await lookout.database.query(
                "SELECT state, count(*) AS total FROM alert_delivery GROUP BY state ORDER BY state"
            )
            #expect(try rows.map { try $0["state", as: String.self] } == ["pending", "waiting"])
            #expect(try rows.map { try $0["total", as: Int.self] } == [RaiseAlert.mostAtOnce, 5])
        }
    }

    @Test func `what waits for a channel or a rule that is removed says so`() async throws {
        try await Lookout.with { lookout in
            let channel = try await lookout.channel(.webhook, url: "http://127.0.0.1:9/")
            let rule = try await lookout.rule(channels: [channel.id], pace: .daily)
            try await lookout.sees("fox")
            let alert = try #require(try await lookout.history().first)
            try await lookout.feature.rules.remove(rule.id, by: Lookout.everybody, from: Lookout.origin)
            #expect(try await lookout.deliveries(of: alert.id).first?.cause == "the rule was removed")
            _ = try await lookout.rule(channels: [channel.id])
            try await lookout.sees("hare")
            try await lookout.feature.channels.remove(channel.id, by: Lookout.everybody, from: Lookout.origin)
            let second = try #require(try await lookout.history().first)
            let delivery = try #require(try await lookout.deliveries(of: second.id).first)
            #expect(delivery.state == .failed && delivery.cause == "the channel was removed")
            #expect(delivery.channel == "A channel")
        }
    }

    @Test func `a server in the own network is not called where only public ones may be`() async throws {
        try await Lookout.with { lookout in
            let send = SendNotice(
                mail: nil,
                http: .init(agent: "test", reach: .publicOnly),
                publicURL: nil,
                clock: lookout.time.clock
            )
            let channel = try await lookout.channel(.telegram, url: "http://127.0.0.1:9", token: "t", chat: "1")
            let fault = await #expect(throws: SendFault.self) {
                try await send(.test(of: channel, id: .next(), at: lookout.time.now), through: channel)
            }
            #expect(fault?.isHopeless == true)
            #expect(fault?.cause.contains("private or local") == true)
        }
    }
}

import Accounts
import Core
import Database
import HTTPServer
import Observations
import Testing

@testable import Alerts

@Suite("Alerts are raised") struct RaisingTests {
    @Test(arguments: Lookout.Engine.allCases)
    func `a species that somebody asked for is told once for each picture`(engine: Lookout.Engine) async throws {
        try await Lookout.with(engine) { lookout in
            _ = try await lookout.rule(species: ["Fox", "badger"], minConfidence: 0.8)
            let image = UUIDv7.next()
            for _ in 0..<2 { try await lookout.sees("fox", "hare", image: image) }
            try await lookout.sees("badger", confidence: 0.79)
            let history = try await lookout.history()
            #expect(history.map(\.title) == ["Fox at Old oak"])
            let alert = try #require(history.first)
            #expect(alert.details.hasPrefix("2 animals, 90% sure. Taken 2026-09-21 at"))
            #expect(alert.imageID == image && alert.siteID == Lookout.here && alert.state == .open)
            #expect(alert.thumbnailURL == "/objects/\(image)")
        }
    }

    @Test(arguments: Lookout.Engine.allCases)
    func `it is quiet of the same camera and species for as long as the rule says`(
        engine: Lookout.Engine
    ) async throws {
        try await Lookout.with(engine) { lookout in
            _ = try await lookout.rule(quiet: 60)
            try await lookout.sees("fox")
            lookout.time.move(.seconds(59 * 60))
            try await lookout.sees("fox")
            #expect(try await lookout.history().count == 1)
            try await lookout.sees("hare")
            try await lookout.sees("fox", camera: Field.gate)
            #expect(try await lookout.history().count == 3, "another species and another camera are news")
            lookout.time.move(.seconds(61))
            try await lookout.sees("fox")
            #expect(try await lookout.history().count == 4)
        }
    }

    @Test func `a rule of a site or a camera hears of no other`() async throws {
        try await Lookout.with { lookout in
            _ = try await lookout.rule(site: Lookout.there)
            lookout.field.camera(Field.gate, heard: nil)
            _ = try await lookout.rule(camera: Field.gate)
            try await lookout.sees("fox")
            #expect(try await lookout.history().isEmpty)
            try await lookout.sees("fox", camera: Field.gate)
            try await lookout.sees("fox", site: Lookout.there)
            #expect(try await lookout.history().count == 2)
        }
    }

    @Test(arguments: Lookout.Engine.allCases)
    func `a camera that falls silent is one alert until it speaks`(engine: Lookout.Engine) async throws {
        try await Lookout.with(engine) { lookout in
            let rule = try await lookout.rule(.cameraSilent, hours: 24)
            lookout.field.camera(heard: lookout.time.now)
            lookout.time.move(.seconds(24 * 3_600 - 1))
            try await lookout.feature.cameras()
            #expect(try await lookout.history().isEmpty)
            lookout.time.move(.seconds(1))
            for _ in 0..<3 { try await lookout.feature.cameras() }
            let raised = try await lookout.history()
            #expect(raised.map(\.title) == ["Old oak is silent"])
            #expect(raised.first?.details.contains("Last heard of 2026-09-21 at") == true)
            let id = try #require(raised.first?.id)
            try await lookout.feature.look.acknowledge(id, by: Lookout.everybody, from: Lookout.origin)
            try await lookout.feature.cameras()
            #expect(try await lookout.history().map(\.state) == [.acknowledged], "what goes on is not told anew")
            lookout.field.camera(heard: lookout.time.now)
            try await lookout.feature.cameras()
            #expect(try await lookout.history().map(\.state) == [.resolved])
            lookout.time.move(.seconds(25 * 3_600))
            try await lookout.feature.cameras()
            #expect(try await lookout.history().map(\.state) == [.open, .resolved])
            try await lookout.feature.rules.remove(rule.id, by: Lookout.everybody, from: Lookout.origin)
            #expect(try await lookout.history().map(\.state) == [.resolved, .resolved], "nobody asks any more")
        }
    }

    @Test func `a camera that was never heard of is silent since it was added`() async throws {
        try await Lookout.with { lookout in
            _ = try await lookout.rule(.cameraSilent, hours: 24)
            lookout.field.camera(heard: nil)
            try await lookout.feature.cameras()
            #expect(try await lookout.history().first?.details.hasPrefix("It was never heard of.") == true)
        }
    }

    @Test(arguments: Lookout.Engine.allCases)
    func `a battery is low until it is well above`(engine: Lookout.Engine) async throws {
        try await Lookout.with(engine) { lookout in
            _ = try await lookout.rule(.batteryLow, percent: 20)
            var states: [[Alert.State]] = []
            for battery in [20, 19, 22, 24, 25, 21] {
                lookout.field.camera(heard: lookout.time.now, battery: battery)
                try await lookout.feature.cameras()
                states.append(try await lookout.history().map(\.state))
            }
            #expect(states == [[], [.open], [.open], [.open], [.resolved], [.resolved]])
            lookout.field.camera(heard: lookout.time.now, battery: nil)
            try await lookout.feature.cameras()
            #expect(try await lookout.history().count == 1, "one that says nothing is not low")
        }
    }

    @Test(arguments: Lookout.Engine.allCases)
    func `a disk that fills up and a model that is unsure are told, and end`(engine: Lookout.Engine) async throws {
        try await Lookout.with(engine) { lookout in
            func look(_ disk: Double, _ confidences: [Double]) async throws -> [String] {
                lookout.field.set { state in
                    state.diskUsed = disk
                    state.confidences = confidences
                }
                try await lookout.feature.server()
                return try await lookout.history().filter { $0.state == .open }.map(\.title)
            }
            let sure = [Double](repeating: 0.9, count: 51), unsure = [Double](repeating: 0.29, count: 49)
            #expect(try await look(0.79, sure + unsure).isEmpty)
            #expect(try await look(0.81, sure + unsure) == ["The disk is 81% full"])
            #expect(try await look(0.84, sure + unsure) == ["The disk is 84% full"], "it is told as it is now")
            let both = try await look(0.79, Array(sure.prefix(50)) + unsure + [0.1])
            #expect(both.sorted() == ["The disk is 79% full", "The model is unsure of 50% of the pictures"])
            #expect(try await look(0.77, sure + sure).isEmpty)
            #expect(try await look(0.5, [Double](repeating: 0.1, count: 19)).isEmpty, "so few say nothing")
        }
    }

    private func message(_ status: String, _ fingerprint: String, summary: String = "Down") -> [UInt8] {
        Array(
            """
            {"version": "4", "groupKey": "{}:{}", "status": "\(status)", "receiver": "hedgerow", "groupLabels": {},
             "commonLabels": {}, "commonAnnotations": {}, "externalURL": "http://am", "truncatedAlerts": 0, "alerts": [
              {"status": "\(status)", "labels": {"alertname": "ServiceDown", "severity": "critical", "some_label": "x"},
               "annotations": {"summary": "\(summary)", "description": "Nobody answers."}, "startsAt": "2026-09-20T10:00:00.5Z",
               "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "http://p", "fingerprint": "\(fingerprint)"}]}
            """.utf8
        )
    }

    private func take(_ lookout: Lookout, _ bytes: [UInt8]) async throws -> AlertmanagerRoute.Taken {
        let entries = try JSONBody.decode(AlertmanagerMessage.self, from: bytes).checked()
        return try await AlertmanagerRoute(system: lookout.feature.server.system).take(entries)
    }

    @Test(arguments: Lookout.Engine.allCases)
    func `what Alertmanager tells opens, changes and ends the alert of its fingerprint`(
        engine: Lookout.Engine
    ) async throws {
        try await Lookout.with(engine) { lookout in
            let opened = try await take(lookout, message("firing", "a1"))
            #expect(opened.opened == 1)
            let updated = try await take(lookout, message("firing", "a1", summary: "Still down"))
            #expect(updated.updated == 1 && updated.opened == 0)
            let other = try await take(lookout, message("resolved", "b2"))
            #expect(other.resolved == 0, "nobody told of it")
            let alert = try #require(try await lookout.history().first)
            #expect(alert.title == "Still down" && alert.severity == .critical && alert.kind == .system)
            #expect(alert.details == "Nobody answers.\nsome_label: x")
            #expect("\(alert.happenedAt)" == "2026-09-20T10:00:00.500Z")
            let resolved = try await take(lookout, message("resolved", "a1"))
            #expect(resolved.resolved == 1)
            #expect(try await lookout.history().map(\.state) == [.resolved])
        }
    }

    @Test(
        "A message that is none is refused in words",
        arguments: [
            (#"{"version": "3", "alerts": []}"#, "version"), (#"{"alerts": []}"#, "version"),
            (#"{"version": "4", "alerts": [{"status": "firing", "labels": {}, "fingerprint": ""}]}"#, "fingerprint"),
            (#"{"version": "4", "alerts": [{"status": "burning", "labels": {}, "fingerprint": "a"}]}"#, "status"),
            (#"{"version": "4", "alerts": 3}"#, "alerts"),
        ]
    )
    func refused(text: String, field: String) throws {
        let problem = #expect(throws: Problem.self) {
            _ = try JSONBody.decode(AlertmanagerMessage.self, from: Array(text.utf8)).checked()
        }
        #expect(problem?.status == 422)
        #expect(problem?.detail.contains(field) == true, "\(problem?.detail ?? "")")
    }
}

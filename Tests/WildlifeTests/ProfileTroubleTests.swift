import Accounts
import Core
import Database
import HTTPServer
import Testing

@testable import Wildlife

@Suite("Troubles of camera profiles") struct ProfileTroubleTests {
    private static let costly = "name: costly\nmatches: {filename: '^(a+)+$'}\nserial: [{exif: Make}]"
    private static let name = String(repeating: "a", count: 900) + "!.png"

    private func delivery(_ filename: String, _ number: Int) -> Delivery {
        Delivery(filename: filename, bytes: Meadow.picture(number), door: .api, camera: "oak")
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `what a pattern could not tell of a file is said with the profile, once, until it is written anew`(
        engine: Meadow.Engine
    ) async throws {
        try await Meadow.with(engine) { meadow in
            let manage = ManageProfiles(
                profiles: meadow.profiles,
                audit: meadow.audit,
                clock: WallClock { Meadow.start }
            )
            _ = try await manage.keep(Self.costly, as: "costly", Meadow.everybody)
            _ = try await meadow.receive(delivery("plain.png", 1))
            let none = try await meadow.profiles.store.troubles()
            #expect(none.isEmpty)

            let receipt = try await meadow.receive(delivery(Self.name, 2))
            #expect(!receipt.isKnown, "the file is taken all the same")
            _ = try await meadow.receive(delivery("other-" + Self.name, 3))
            let troubles = try await meadow.profiles.store.troubles()
            let trouble = try #require(troubles["costly"])
            #expect(troubles.count == 1 && trouble.at == Meadow.start)
            #expect(trouble.filename == Self.name.prefix(200), "one a minute")
            #expect(trouble.reason == "filename: takes too many steps: make it simpler")
            let book = try await meadow.profiles.book()
            let answer = try #require(book.profiles.map { ProfileAnswer($0, trouble: troubles[$0.name]) }.first)
            #expect(answer.trouble?.reason == trouble.reason)

            _ = try await manage.keep(Self.costly, as: "costly", Meadow.everybody)
            let fresh = try await meadow.profiles.store.troubles()
            #expect(fresh.isEmpty)
            _ = try await meadow.receive(delivery(Self.name, 4))
            try await manage.remove("costly", Meadow.everybody)
            let gone = try await meadow.profiles.store.troubles()
            #expect(gone.isEmpty)
        }
    }

    @Test func `a costly pattern of a value, and one for reports, are said too`() async throws {
        try await Meadow.with { meadow in
            let manage = ManageProfiles(
                profiles: meadow.profiles,
                audit: meadow.audit,
                clock: WallClock { Meadow.start }
            )
            let value = "name: value\nmatches: {folder: .?}\nid: [{filename: '^(?<value>(a+)+)$'}]"
            let reports = "name: reports\nreport: {filename: '^(a+)+$'}\nbattery: [{line: B}]"
            _ = try await manage.keep(value, as: "value", Meadow.everybody)
            _ = try await manage.keep(reports, as: "reports", Meadow.everybody)
            _ = try await meadow.receive(delivery(Self.name, 1))
            let report = Delivery(
                filename: Self.name.replacing(".png", with: ".txt"),
                bytes: Array("B: 80\n".utf8),
                door: .api,
                camera: "oak"
            )
            let problem = await #expect(throws: Problem.self) { _ = try await meadow.file(report) }
            #expect(problem?.status == 400)
            let troubles = try await meadow.profiles.store.troubles()
            #expect(troubles["value"]?.reason.hasPrefix("id: filename ^(?<value>(a+)+)$: takes too") == true)
            #expect(troubles["reports"]?.reason == "report: filename: takes too many steps: make it simpler")
        }
    }
}

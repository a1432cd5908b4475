import Accounts
import Core
import Database
import HTTPServer
import JobQueue
import Testing

@testable import Wildlife

@Suite("Cameras that moved") struct MoveTests {
    @Test(arguments: Meadow.Engine.allCases)
    func `an accepted move begins a deployment with its pictures, and undo restores all`(
        engine: Meadow.Engine
    )
        async throws
    {
        try await Walk.with(engine) { walk in
            let brook = Site(id: .next(), name: "Brook", location: nil, createdAt: Meadow.start)
            let hill = Site(id: .next(), name: "Hill", location: nil, createdAt: Meadow.start)
            for site in [brook, hill] { try await walk.meadow.places.add(site, Meadow.everybody) }
            let early = try await walk.take(1, north: 0)
            let old = try await walk.hang(from: 0, at: brook)
            try await walk.take(5, north: 1)
            try await walk.take(6, north: 1)
            #expect(try await walk.proposed() == nil, "two may be errors")
            let late = try await walk.take(7, north: 1)
            try await walk.meadow.find(["fox"], on: late)
            let move = try #require(try await walk.proposed())
            #expect(move.from == Walk.point(0) && move.to == Walk.point(1) && move.metres == 1_112)
            #expect(move.firstAt == Walk.moment(5) && move.lastAt == Walk.moment(7) && move.images == 3)
            #expect(try await walk.proposed() == move, "a second look changes nothing")

            let accepted = try await walk.judge.accept(move.id, at: hill.id, Meadow.everybody)
            #expect(accepted.move.state == .accepted && accepted.site == hill.id)
            let hung = try await walk.deployments()
            #expect(hung.count == 2 && hung[0].endedAt == Walk.moment(5) && hung[1].startedAt == Walk.moment(5))
            #expect(hung[1].location == Walk.point(1) && hung[1].endedAt == nil)
            #expect(try await walk.meadow.image(late.id).deployment == hung[1].id)
            #expect(try await walk.meadow.image(late.id).site == hill.id)
            #expect(try await walk.meadow.image(early.id).deployment == old.id)
            #expect(try await walk.camera().location == Walk.point(1))
            var filter = ImageFilter()
            filter.species = "fox"
            filter.reach = Reach(sites: [hill.id.uuid], clients: nil)
            #expect(try await walk.meadow.images.count(filter) == 1)
            #expect(try await walk.proposed() == nil)
            await #expect(throws: Problem.self) {
                _ = try await walk.judge.accept(move.id, at: nil, Meadow.everybody)
            }

            try await walk.judge.undo(move.id, Meadow.everybody)
            #expect(try await walk.deployments() == [old])
            #expect(try await walk.meadow.image(late.id).deployment == old.id)
            #expect(try await walk.meadow.image(late.id).site == brook.id)
            #expect(try await walk.camera().location == Walk.point(0))
            let again = try #require(try await walk.proposed())
            #expect(again.to == move.to && again.images == 3)
            let deeds = try await walk.meadow.database.query(
                "SELECT action FROM audit WHERE action LIKE 'camera-move.%'"
            )
            #expect(try deeds.map { try $0["action"] as String } == ["camera-move.accepted", "camera-move.undone"])
        }
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `a proposal grows with what comes late, and goes when the pictures go or it comes home`(
        engine: Meadow.Engine
    )
        async throws
    {
        try await Walk.with(engine) { walk in
            try await walk.take(1, north: 0)
            try await walk.hang(from: 0)
            var there: [TrapImage] = []
            for hour in [30, 20, 25] { there.append(try await walk.take(hour, north: 1)) }
            let move = try #require(try await walk.proposed())
            #expect(move.firstAt == Walk.moment(20) && move.images == 3)
            try await walk.take(10, north: 1)
            let earlier = try #require(try await walk.proposed())
            #expect(earlier.id == move.id && earlier.firstAt == Walk.moment(10) && earlier.images == 4)
            // A picture from home in between: it moved after that.
            try await walk.take(15, north: 0)
            let later = try #require(try await walk.proposed())
            #expect(later.firstAt == Walk.moment(20) && later.images == 3)
            try await walk.manage.remove(there[0].id, Meadow.everybody)
            #expect(try await walk.proposed() == nil)
            try await walk.take(31, north: 1)
            #expect(try await walk.proposed() != nil)
            try await walk.take(40, north: 0)
            #expect(try await walk.proposed() == nil)
        }
    }

    @Test func `a dismissed place is not proposed again, and another one is`() async throws {
        try await Walk.with { walk in
            try await walk.take(1, north: 0)
            let home = try await walk.hang(from: 0)
            for hour in 2...4 { try await walk.take(hour, north: 1) }
            let move = try #require(try await walk.proposed())
            try await walk.judge.dismiss(move.id, Meadow.everybody)
            try await walk.take(5, north: 1)
            #expect(try await walk.proposed() == nil)
            for hour in 6...8 { try await walk.take(hour, north: 3) }
            #expect(try await walk.proposed()?.to == Walk.point(3))
            try await walk.judge.undo(move.id, Meadow.everybody)
            #expect(try await walk.proposed()?.to == Walk.point(1), "the first one comes first")
            // Whoever writes down by hand where it hangs has no use for a proposal.
            try await walk.meadow.places.remove(home.id, Meadow.everybody)
            try await walk.hang(from: 0, north: 3)
            #expect(try await walk.proposed() == nil)
        }
    }

    @Test func `a camera of which nobody said where it hangs proposes its first place`() async throws {
        try await Walk.with { walk in
            for hour in 1...3 { try await walk.take(hour, north: 2) }
            let move = try #require(try await walk.proposed())
            #expect(move.previous == nil && move.from == nil && move.metres == nil && move.firstAt == Walk.moment(1))
            _ = try await walk.judge.accept(move.id, at: nil, Meadow.everybody)
            let hung = try await walk.deployments()
            #expect(hung.count == 1 && hung[0].location == Walk.point(2) && hung[0].startedAt == Walk.moment(1))
            try await walk.judge.undo(move.id, Meadow.everybody)
            #expect(try await walk.deployments().isEmpty)
            // Where somebody put it on the map is not where it is.
            let id = try await walk.camera().id
            _ = try await walk.meadow.places.change(id, Meadow.everybody) { $0.location = Walk.point(0) }
            #expect(try await walk.proposed()?.from == Walk.point(0))
        }
    }

    @Test func `a camera that was taken down keeps its end, and undo heeds what was changed since`() async throws {
        try await Walk.with { walk in
            try await walk.take(1, north: 0)
            let home = try await walk.hang(from: 0)
            let ended = try await walk.meadow.places.change(home.id, Meadow.everybody) { $0.endedAt = Walk.moment(5) }
            for hour in 6...8 { try await walk.take(hour, north: 0) }
            #expect(try await walk.proposed() == nil, "it hangs where it hung")
            for hour in 10...12 { try await walk.take(hour, north: 1) }
            let move = try #require(try await walk.proposed())
            _ = try await walk.judge.accept(move.id, at: nil, Meadow.everybody)
            var hung = try await walk.deployments()
            #expect(hung.first == ended && hung.last?.startedAt == Walk.moment(10))
            let new = try #require(hung.last?.id)
            let kept = try #require(hung.last)
            let changes: [@Sendable (inout Deployment) -> Void] = [
                { $0.startedAt = Walk.moment(9) }, { $0.location = Walk.point(2) }, { $0.notes = "On the old oak." },
            ]
            for change in changes {
                _ = try await walk.meadow.places.change(new, Meadow.everybody, change)
                let problem = await #expect(throws: Problem.self) {
                    try await walk.judge.undo(move.id, Meadow.everybody)
                }
                #expect(problem?.status == 409)
                _ = try await walk.meadow.places.change(new, Meadow.everybody) { $0 = kept }
            }
            try await walk.judge.undo(move.id, Meadow.everybody)
            hung = try await walk.deployments()
            #expect(hung == [ended])
        }
    }

    @Test func `two moves are accepted one after the other, and taken back from the end`() async throws {
        try await Walk.with { walk in
            try await walk.take(1, north: 0)
            try await walk.hang(from: 0)
            for hour in 2...4 { try await walk.take(hour, north: 1) }
            for hour in 5...8 { try await walk.take(hour, north: 2) }
            let first = try #require(try await walk.proposed())
            _ = try await walk.judge.accept(first.id, at: nil, Meadow.everybody)
            let second = try #require(try await walk.proposed())
            #expect(second.to == Walk.point(2) && second.images == 4)
            _ = try await walk.judge.accept(second.id, at: nil, Meadow.everybody)
            #expect(try await walk.deployments().map(\.endedAt) == [Walk.moment(2), Walk.moment(5), nil])
            let problem = await #expect(throws: Problem.self) {
                try await walk.judge.undo(first.id, Meadow.everybody)
            }
            #expect(problem?.status == 409)
            try await walk.judge.undo(second.id, Meadow.everybody)
            try await walk.judge.undo(first.id, Meadow.everybody)
            #expect(try await walk.deployments().map(\.endedAt) == [nil])
        }
    }

    @Test func `pictures without a fix, without a time or of the far future say nothing`() async throws {
        try await Walk.with { walk in
            try await walk.take(1, north: 0)
            try await walk.hang(from: 0)
            for hour in 2...4 { try await walk.take(hour, north: -1) }
            #expect(try await walk.meadow.images.count(ImageFilter()) == 4)
            #expect(try await walk.proposed() == nil)
            for hour in 2_000...2_002 { try await walk.take(hour, north: 1) }
            #expect(try await walk.proposed() == nil)
            let images = try await walk.meadow.database.query("SELECT * FROM image").map(TrapImage.init)
            #expect(images.filter { $0.location != nil }.count == 4)
            try await walk.meadow.database.execute(
                "UPDATE image SET time_source = 'arrival', captured_at = $1",
                [
                    .timestamp(Walk.moment(9))
                ]
            )
            #expect(try await walk.proposed() == nil)
        }
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `many pictures at once order one look, and none does at home`(engine: Meadow.Engine) async throws {
        try await Walk.with(engine) { walk in
            func ordered() async throws -> Int {
                try await walk.meadow.database.read { reader in
                    try await reader.value("SELECT count(*) FROM job WHERE kind = $1", [.text(ProposeMoves.kind.name)])
                }
            }
            try await walk.take(1, north: 0)
            try await walk.hang(from: 0)
            _ = try await walk.proposed()
            let before = try await ordered()
            for hour in 2...4 { try await walk.take(hour, north: 0) }
            #expect(try await ordered() == before)
            for hour in 5...9 { try await walk.take(hour, north: 1) }
            #expect(try await ordered() == before + 1)
            #expect(try await walk.proposed()?.images == 5)
            try await walk.take(10, north: 1)
            #expect(try await ordered() == before + 2)
        }
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `who sees another site alone learns of no move and settles none`(engine: Meadow.Engine) async throws {
        try await Walk.with(engine) { walk in
            let brook = Site(id: .next(), name: "Brook", location: nil, createdAt: Meadow.start)
            let hill = Site(id: .next(), name: "Hill", location: nil, createdAt: Meadow.start)
            for site in [brook, hill] { try await walk.meadow.places.add(site, Meadow.everybody) }
            try await walk.take(1, north: 0)
            let id = try await walk.camera().id
            _ = try await walk.meadow.places.change(id, Meadow.everybody) { $0.site = brook.id }
            try await walk.hang(from: 0, at: brook)
            for hour in 2...4 { try await walk.take(hour, north: 1) }
            let move = try #require(try await walk.proposed())
            func caller(_ site: Site) -> WildlifeCaller {
                WildlifeCaller(
                    name: site.name,
                    user: .next(),
                    reach: Reach(sites: [site.id.uuid], clients: nil),
                    origin: Meadow.everybody.origin
                )
            }
            func seen(_ site: Site) async throws -> [CameraMove] {
                let reach = caller(site).reach
                return try await walk.meadow.propose.moves.page(.open, of: nil, within: reach, after: nil, limit: 10)
                    .moves.map(\.move)
            }
            #expect(try await seen(hill).isEmpty)
            #expect(try await seen(brook) == [move])
            for deed in [walk.judge.dismiss, walk.judge.undo] {
                let problem = await #expect(throws: Problem.self) { try await deed(move.id, caller(hill)) }
                #expect(problem?.status == 404)
            }
            let problem = await #expect(throws: Problem.self) {
                _ = try await walk.judge.accept(move.id, at: hill.id, caller(brook))
            }
            #expect(problem?.status == 422)
            #expect(try await walk.proposed() == move)
            let accepted = try await walk.judge.accept(move.id, at: nil, caller(brook))
            #expect(accepted.site == brook.id)
        }
    }
}

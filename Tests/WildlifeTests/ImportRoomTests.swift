import Accounts
import Core
import Database
import HTTPServer
import ObjectStore
import TestSupport
import Testing

@testable import Wildlife

@Suite("Imports have room, and no more than that") struct ImportRoomTests {
    private typealias Body = AsyncThrowingStream<[UInt8], any Error>

    private static func person() -> WildlifeCaller {
        let user = User.ID.next()
        return WildlifeCaller(
            name: user.description,
            user: user,
            reach: .everything,
            origin: Origin(address: "192.0.2.1")
        )
    }

    private static func problem(_ body: () async throws -> Void) async throws -> Problem? {
        do {
            try await body()
            return nil
        } catch let problem as Problem {
            return problem
        }
    }

    private static func accept(_ meadow: Meadow, _ edit: (inout ImportRoom.Bounds) -> Void) -> AcceptImport {
        var accept = meadow.imports.accept
        accept.room.bounds.spareBytes = 0
        edit(&accept.room.bounds)
        return accept
    }

    private static func states(_ meadow: Meadow) async throws -> [String] {
        try await meadow.database.query("SELECT state FROM import_run ORDER BY id").map { try $0["state"] }
    }

    /// Has files on their way, all of them half, while `body` runs; then lets them come.
    private static func sending(
        _ count: Int,
        of length: Int? = 4,
        _ caller: WildlifeCaller,
        to accept: AcceptImport,
        in meadow: Meadow,
        _ body: () async throws -> Void
    ) async throws {
        let pipes = (0..<count).map { _ in Body.makeStream() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (content, pipe) in pipes {
                pipe.yield([1, 2])
                group.addTask { _ = try await accept(.megaDetector, "md.json", length: length, content, caller) }
            }
            try await eventually("files are on their way") {
                try await states(meadow).filter { $0 == "receiving" }.count == count
            }
            try await body()
            for (_, pipe) in pipes {
                pipe.yield([3, 4])
                pipe.finish()
            }
            try await group.waitForAll()
        }
    }

    private static var small: Body {
        Body {
            $0.yield([1, 2, 3, 4]); $0.finish()
        }
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `files that come at once count before they are there, for each by themselves and for all`(
        _ engine: Meadow.Engine
    ) async throws {
        try await Meadow.with(engine) { meadow in
            let accept = Self.accept(meadow) { ($0.filesOfOne, $0.filesOfAll) = (2, 3) }
            let (one, other) = (Self.person(), Self.person())
            try await Self.sending(2, one, to: accept, in: meadow) {
                let refused = try await Self.problem {
                    _ = try await accept(.megaDetector, "3", length: 4, Self.small, one)
                }
                #expect(refused?.status == 429)
                #expect(refused?.headers.contains { $0.name == "Retry-After" } == true)
                _ = try await accept(.megaDetector, "theirs", length: 4, Self.small, other)
                let full = try await Self.problem {
                    _ = try await accept(.megaDetector, "4", length: 4, Self.small, Self.person())
                }
                #expect(full?.status == 503)
                #expect(full?.headers.contains { $0.name == "Retry-After" } == true)
            }
            #expect(try await Self.states(meadow) == ["waiting", "waiting", "waiting"])
        }
    }

    @Test func `many at once find no more places than there are`() async throws {
        try await Meadow.with { meadow in
            let accept = Self.accept(meadow) { $0.filesOfOne = 3 }
            let one = Self.person()
            let refused = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<12 {
                    group.addTask {
                        (try? await accept(.megaDetector, "\(number)", length: 4, Self.small, one)) == nil
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(refused == 9)
            let states = try await Self.states(meadow)
            #expect(states.count == 3)
        }
    }

    @Test func `the bytes of one person are bounded, told before or not`() async throws {
        try await Meadow.with { meadow in
            let accept = Self.accept(meadow) { ($0.bytesOfOne, $0.step) = (100, 10) }
            let one = Self.person()
            try await Self.sending(1, of: 60, one, to: accept, in: meadow) {
                let told = try await Self.problem {
                    _ = try await accept(.megaDetector, "b", length: 60, Self.small, one)
                }
                #expect(told?.status == 429)
                let untold = try await Self.problem {
                    let body = Body { pipe in
                        for _ in 0..<10 { pipe.yield([UInt8](repeating: 1, count: 10)) }
                        pipe.finish()
                    }
                    _ = try await accept(.megaDetector, "c", length: nil, body, one)
                }
                #expect(untold?.status == 429)
                _ = try await accept(.megaDetector, "theirs", length: 60, Self.small, Self.person())
            }
            #expect(try await Self.states(meadow) == ["waiting", "waiting"])
            let objects = try await meadow.objects.list(prefix: AcceptImport.folder, after: nil, limit: 10)
            #expect(objects.count == 2)
        }
    }

    @Test func `room on the disk is promised once`() async throws {
        try await Meadow.with { meadow in
            let free = try #require(try await meadow.objects.probe().freeBytes)
            let accept = Self.accept(meadow) { $0.spareBytes = free - 12 << 30 }
            try await Self.sending(1, of: 8 << 30, Self.person(), to: accept, in: meadow) {
                let refused = try await Self.problem {
                    _ = try await accept(.camtrapDP, "b", length: 8 << 30, Self.small, Self.person())
                }
                #expect(refused?.status == 507)
                #expect(refused?.headers.contains { $0.name == "Retry-After" } == true)
            }
            let spent = Self.accept(meadow) { $0.spareBytes = .max / 2 }
            let refused = try await Self.problem {
                _ = try await spent(.megaDetector, "c", length: nil, Self.small, Self.person())
            }
            #expect(refused?.status == 507)
            #expect(try await Self.states(meadow) == ["waiting"])
        }
    }

    private struct LineIsCut: Error {}

    @Test func `what is cut off, falls silent or is removed on its way leaves nothing`() async throws {
        try await Meadow.with { meadow in
            let accept = Self.accept(meadow) { ($0.silence, $0.pause) = (.milliseconds(300), .milliseconds(100)) }
            let cut = Body { pipe in
                pipe.yield([1])
                pipe.finish(throwing: LineIsCut())
            }
            await #expect(throws: LineIsCut.self) {
                _ = try await accept(.megaDetector, "a", length: 9, cut, Self.person())
            }
            let (silent, pipe) = Body.makeStream()
            let slow = try await Self.problem {
                _ = try await accept(.megaDetector, "b", length: 9, silent, Self.person())
            }
            pipe.finish()
            #expect(slow?.status == 408)
            let (removed, other) = Body.makeStream()
            let ticking = Self.accept(meadow) { $0.pause = .milliseconds(50) }
            async let answer = Self.problem {
                _ = try await ticking(.megaDetector, "c", length: 9, removed, Self.person())
            }
            var run: ImportRun?
            try await eventually("the file is on its way") {
                run = try await meadow.imports.store.page(of: nil, after: nil, limit: 1).runs.first
                return run != nil
            }
            let coming = try #require(run)
            try await accept.remove(coming, Meadow.everybody)
            #expect(try await answer?.status == 409)
            other.finish()
            #expect(try await Self.states(meadow).isEmpty)
            #expect(try await meadow.objects.list(prefix: AcceptImport.folder, after: nil, limit: 10).isEmpty)
        }
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `what a server that was killed left behind takes no room and goes`(_ engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            let accept = Self.accept(meadow) { $0.filesOfOne = 1 }
            let one = Self.person()
            func row(_ minutes: Int) -> ImportRun {
                let id = ImportRun.ID.next()
                return ImportRun(
                    id: id,
                    kind: .megaDetector,
                    filename: "a",
                    objectKey: "\(AcceptImport.folder)\(id)",
                    bytes: 1 << 30,
                    owner: one.user,
                    reach: .everything,
                    state: .receiving,
                    createdAt: Meadow.start - .seconds(minutes * 60)
                )
            }
            let (old, new) = (row(5), row(1))
            try await meadow.database.write { tx in try await accept.store.insert(old, in: tx) }
            let key = try #require(old.objectKey)
            try await meadow.objects.put(ObjectKey(key), bytes: [1])
            _ = try await accept(.megaDetector, "mine", length: 4, Self.small, one)
            try await meadow.database.write { tx in try await accept.store.insert(new, in: tx) }
            let forget = ForgetArrivals(room: accept.room, objects: meadow.objects, log: .silent)
            #expect(try await forget.forget() == 1)
            #expect(try await Set(Self.states(meadow)) == ["waiting", "receiving"])
            #expect(try await meadow.objects.list(prefix: AcceptImport.folder, after: nil, limit: 10).count == 1)
        }
    }
}

import Core
import HTTPServer
import ObjectStore
import TestSupport
import Testing

@testable import Wildlife

@Suite("Room for videos") struct SpoolRoomTests {
    private func refusal(_ body: () throws -> SpoolPlace) -> Problem? {
        #expect(throws: Problem.self) { _ = try body() }
    }

    @Test func `one sender has so many uploads at once, all together have more, and each place is given back`() throws {
        let room = SpoolRoom(folder: "/nowhere")
        var places: [SpoolPlace] = []
        for _ in 0..<SpoolRoom.mostOfOne { places.append(try room.place(for: "ada", 1)) }
        let own = refusal { try room.place(for: "ada", 1) }
        #expect(own?.status == 429 && own?.headers.first?.name == "Retry-After")
        for number in SpoolRoom.mostOfOne..<SpoolRoom.most { places.append(try room.place(for: "\(number)", 1)) }
        let all = refusal { try room.place(for: "ben", 1) }
        #expect(all?.status == 503 && all?.headers.first?.name == "Retry-After")
        // What the server itself puts there is no upload.
        places.append(try room.place(for: nil, 1))
        places.removeFirst()
        places.append(try room.place(for: "ada", 1))
        #expect(refusal { try room.place(for: "ada", 1) } != nil)
        places = []
        for _ in 0..<SpoolRoom.mostOfOne { places.append(try room.place(for: "ada", 1)) }
    }

    @Test(.enabled(if: SmallDisk.isPossible, "needs to mount a tmpfs"))
    func `uploads together are let in for no more than the disk has, and leave some of it`() async throws {
        try await withTemporaryDirectory { folder in
            let size: Int64 = 100 << 20
            try await SmallDisk.mounted(at: folder, bytes: Int(DiskSpace.spare + 2 * size + (50 << 20))) {
                let room = SpoolRoom(folder: folder)
                var places = [try room.place(for: "ada", size)]
                places.append(try room.place(for: "ben", size))
                let fault = #expect(throws: ObjectFault.self) { _ = try room.place(for: "eve", size) }
                #expect(fault?.code == .full)
                // What has come the disk itself shows, whoever wrote it.
                places[0].came(Int(size))
                places.append(try room.place(for: "eve", size))
                #expect(throws: ObjectFault.self) { _ = try room.place(for: "eve", size) }
                places = []
                places.append(try room.place(for: nil, DiskSpace.spare + size))
                #expect(throws: ObjectFault.self) { _ = try room.place(for: nil, 2 * size) }
            }
        }
    }

    @Test(.enabled(if: SmallDisk.isPossible, "needs to mount a tmpfs"))
    func `what is on the disk is not counted twice`() async throws {
        try await withTemporaryDirectory { folder in
            try await SmallDisk.mounted(at: folder, bytes: 3 << 20) {
                let spool = VideoSpool(folder: folder + "/spool")
                let file = try await spool.begin(2 << 20)
                try await file.append([UInt8](repeating: 7, count: 2 << 20))
                let second = try await spool.begin(512 << 10)
                await #expect(throws: ObjectFault.self) { _ = try await spool.begin(1 << 20) }
                _ = (file, second)
            }
        }
    }
}

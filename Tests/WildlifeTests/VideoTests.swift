import Core
import Database
import Foundation
import Imaging
import ObjectStore
import TestSupport
import Testing

@testable import Wildlife

@Suite("Videos") struct VideoTests {
    /// Gives the video as a file to `body`.
    private func video(
        _ bytes: [UInt8],
        _ body: (DeliveredContent) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { folder in
            let path = folder + "/video"
            try Data(bytes).write(to: URL(filePath: path))
            let limits = ByteLimits(picture: 1 << 20, video: 64 << 20)
            try await body(try #require(try LocalFile(path: path).load(size: Int64(bytes.count), limits)))
        }
    }

    private func take(_ bytes: [UInt8], into meadow: Meadow, given: Timestamp? = nil) async throws -> TrapImage {
        var image: TrapImage?
        try await video(bytes) { content in
            var delivery = Delivery(filename: "CLIP", content: content, door: .card, camera: "oak")
            delivery.capturedAt = given
            image = try await meadow.receive(delivery).image
        }
        return try #require(image)
    }

    @Test(arguments: [("mp4", "video/mp4"), ("mov", "video/quicktime"), ("avi", "video/x-msvideo")])
    func `a video is kept as it came, with its length and time`(ending: String, type: String) async throws {
        let stamp = ["-metadata", "creation_time=2026-05-01T05:06:07Z"]
        let bytes = try await TestVideo.pattern(as: ending, more: stamp)
        try await Meadow.with(ending == "mp4" ? .postgres : .sqlite) { meadow in
            let image = try await take(bytes, into: meadow)
            #expect(image.mediaType == type)
            #expect(image.isVideo)
            let size = (image.width, image.height)
            #expect(size == (320, 240))
            #expect(abs((image.seconds ?? 0) - 5) < 0.2)
            #expect(abs((image.frameRate ?? 0) - 10) < 0.1)
            if ending == "avi" {
                #expect(image.timeSource == .arrival)
            } else {
                // The camera's clock shows local time, whatever the container calls it.
                #expect(image.wallTime.description == "2026-05-01T05:06:07Z")
                #expect(image.capturedAt.description == "2026-05-01T03:06:07Z")
                #expect(image.timeSource == .camera)
            }
            let kept = try await meadow.objects.bytes(of: ObjectKey(image.objectKey), limit: 64 << 20)
            #expect(kept == bytes)
            let again = try await take(bytes, into: meadow)
            #expect(again.id == image.id)
        }
    }

    @Test func `what is no whole video is refused, and nothing of it stays`() async throws {
        let whole = try await TestVideo.pattern(more: ["-movflags", "+faststart"])
        let broken = [
            Array(whole.prefix(whole.count * 3 / 4)), Array(whole.prefix(40)),
            Array(try await TestVideo.pattern(as: "avi").dropLast(100_000)),
            Array(try await TestVideo.make(["-f", "lavfi", "-i", "sine=d=2", "-c:a", "aac"], as: "mp4")),
        ]
        try await Meadow.with { meadow in
            for bytes in broken {
                await #expect(throws: PictureFault.self) { _ = try await take(bytes, into: meadow) }
            }
            let objects = try await meadow.objects.list(prefix: "", after: nil, limit: 10)
            #expect(objects.isEmpty)
        }
    }

    @Test(arguments: ["#EXTM3U\nfile:///etc/passwd\n", "ffconcat version 1.0\nfile /etc/passwd\n", "no video at all"])
    func `a playlist or a text is no video, whatever it is called`(text: String) async throws {
        try await video(Array(text.utf8)) { content in
            guard case .picture = content else {
                Issue.record("it was taken for a video")
                return
            }
        }
        // Behind a head that looks like a video it is read as that, and holds none.
        let head: [UInt8] = [0, 0, 0, 16] + Array("ftypisom".utf8) + [0, 0, 0, 0]
        try await Meadow.with { meadow in
            await #expect(throws: PictureFault.self) { _ = try await take(head + Array(text.utf8), into: meadow) }
        }
    }

    @Test func `a video that points to other files opens none of them`() async throws {
        try await withTemporaryDirectory { folder in
            let secret = folder + "/secret.mp4"
            let pattern = try await TestVideo.pattern(seconds: 1)
            try Data(pattern).write(to: URL(filePath: secret))
            for list in ["ffconcat version 1.0\nfile \(secret)\n", "#EXTM3U\n#EXTINF:1,\n\(secret)\n#EXT-X-ENDLIST\n"] {
                let path = folder + "/list.mp4"
                try Data(list.utf8).write(to: URL(filePath: path))
                for format in VideoFormat.allCases {
                    let reader = try #require(VideoReader.find(in: nil))
                    await #expect(throws: PictureFault.self) { _ = try await reader.facts(of: path, format) }
                    let frame = try await reader.frame(of: path, format, at: 0)
                    #expect(frame == nil)
                }
            }
        }
    }

    @Test func `one that claims too many pixels is refused before it is decoded`() async throws {
        let claimed = try await TestVideo.make(
            ["-f", "lavfi", "-i", "color=s=8000x7000:d=1:r=1", "-c:v", "mjpeg"],
            as: "avi"
        )
        try await Meadow.with { meadow in
            await #expect(throws: PictureFault.self) { _ = try await take(claimed, into: meadow) }
        }
    }

    @Test func `without ffmpeg a video is kept, and completed once it is there`() async throws {
        let bytes = try await TestVideo.pattern(more: ["-metadata", "creation_time=2026-05-01T05:06:07Z"])
        try await Meadow.with { meadow in
            var blind = meadow.receive
            blind = ReceiveImage(
                images: blind.images,
                place: blind.place,
                propose: blind.propose,
                profiles: blind.profiles,
                queue: blind.queue,
                objects: blind.objects,
                updates: blind.updates,
                check: CheckFile(decoding: blind.check.decoding, programs: "/nowhere"),
                pool: blind.pool,
                clock: blind.clock
            )
            var taken: TrapImage?
            try await video(bytes) { content in
                taken = try await blind(Delivery(filename: "CLIP", content: content, door: .ftp, camera: "oak")).image
            }
            let image = try #require(taken)
            #expect(image.seconds == nil && image.timeSource == .arrival)
            let spool = VideoSpool(folder: "/tmp/hedgerow-video-tests")
            let without = SampleVideo(objects: meadow.objects, spool: spool, check: blind.check, most: 20)
            let nothing = try await without(image)
            #expect(nothing == nil)
            let sample = SampleVideo(objects: meadow.objects, spool: spool, check: meadow.receive.check, most: 3)
            let samples = try #require(try await sample(image))
            #expect(samples.frames.count == 3)
            try await meadow.receive.place.complete(image, samples.facts, meadow.images)
            let known = try await meadow.image(image.id)
            #expect(known.width == 320 && known.seconds != nil)
            #expect(known.capturedAt.description == "2026-05-01T03:06:07Z")
            #expect(known.minuteOfDay == 5 * 60 + 6)
        }
    }

    @Test func `where ffmpeg does not work a whole video is kept all the same`() async throws {
        let bytes = try await TestVideo.pattern(seconds: 1)
        try await withTemporaryDirectory { folder in
            for name in ["ffmpeg", "ffprobe"] {
                let path = "\(folder)/\(name)"
                try Data("#!/bin/sh\nkill -9 $$\n".utf8).write(to: URL(filePath: path))
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
            }
            let check = CheckFile(decoding: WorkPool(name: "decoding", width: 1, depth: 4), programs: folder)
            #expect(check.canReadVideos)
            try await video(bytes) { content in
                let checked = try await check(content)
                #expect(checked.video == nil && checked.mediaType == "video/mp4")
            }
        }
    }

    @Test func `an object of a store elsewhere is read from a file of the spool, which goes again`() async throws {
        let bytes = try await TestVideo.pattern(seconds: 1)
        try await withTemporaryDirectory { folder in
            let spool = VideoSpool(folder: folder + "/spool")
            var file: SpoolFile? = try await spool.begin(Int64(bytes.count))
            let path = try #require(file?.path)
            try await file?.append(Array(bytes.prefix(1_000)))
            try await file?.append(Array(bytes.dropFirst(1_000)))
            let reader = try #require(VideoReader.find(in: nil))
            let facts = try await reader.facts(of: path, .mp4)
            #expect(facts.seconds == 1)
            file = nil
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func `only what can be read now is woken`() async throws {
        let bytes = try await TestVideo.pattern(seconds: 1)
        try await Meadow.with { meadow in
            let film = try await take(bytes, into: meadow)
            let picture = try await meadow.take(1)
            try await meadow.database.write { tx in
                for id in [film.id, picture.id] {
                    try await meadow.images.setStatus(.pending, cause: "waits", of: id, in: tx)
                }
                let first = try await meadow.images.takeWaiting(withVideos: false, limit: 10, in: tx)
                #expect(first == [picture.id])
                let second = try await meadow.images.takeWaiting(withVideos: true, limit: 10, in: tx)
                #expect(second == [film.id])
            }
        }
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `frames go with their video, and exports count it once`(engine: Meadow.Engine) async throws {
        let bytes = try await TestVideo.pattern(seconds: 2)
        try await Meadow.with(engine) { meadow in
            let image = try await take(bytes, into: meadow, given: Meadow.start)
            let found = VideoSample.each([[.seen("fox", 0.9), .seen("fox", 0.8)], [.seen("fox", 0.7)]])
                .findings(keeping: [0, 1])
            let frames = [
                VideoFrame(position: 0, seconds: 1.5, objectKey: "frames/a-0.jpg", veiledKey: "frames/a-0-veiled.jpg"),
                VideoFrame(position: 1, seconds: 0.5, objectKey: "frames/a-1.jpg", veiledKey: nil),
            ]
            try await meadow.read(found, on: image)
            try await meadow.database.write { try await VideoFrameStore().replace(frames, of: image.id, in: $0) }
            let stored = try await meadow.database.read { try await VideoFrameStore().frames(of: image.id, in: $0) }
            #expect(stored == frames.reversed())
            let settled = try await meadow.image(image.id)
            #expect(settled.detectionCount == 2)
            let answer = try await meadow.look(at: image.id, within: ImageFilter(seesBystanders: true)).detail
            #expect(answer.frames.map(\.seconds) == [0.5, 1.5])
            #expect(answer.counts.map(\.individuals) == [2])
            var table = ""
            try await ExportObservations(walk: meadow.walk, spoolFolder: "/tmp")(ImageFilter()) { table += $0 }
            #expect(table.split(separator: "\n").count == 2)
            #expect(table.contains(",fox,2,"))
            let read = ReadPicture(image: settled, findings: found, review: nil)
            let names = ScientificNames([SpeciesRule]())
            let lines = read.camtrapObservations(deployment: "here", names).split(separator: "\n")
            #expect(lines.count == 1)
            #expect(lines.first?.contains(",2026-05-28T20:26:42Z,media,animal,") == true, "\(lines)")
            var boxes = ""
            let clock = WallClock { Meadow.start }
            try await ExportMegaDetector(walk: meadow.walk, detector: "test", clock: clock)(ImageFilter()) {
                boxes += $0
            }
            #expect(boxes.contains(#""frame_rate":10"#) && boxes.contains(#""frame_number":10"#))
            var coco = ""
            try await ExportCOCO(walk: meadow.walk, clock: clock)(ImageFilter()) { coco += $0 }
            #expect(!coco.contains(image.id.description))
            let videos = try await meadow.images.count(ImageFilter(kind: .video))
            let pictures = try await meadow.images.count(ImageFilter(kind: .image))
            #expect(videos == 1 && pictures == 0)
            let keys = try await meadow.database.write { try await meadow.images.remove(settled, in: $0) }
            #expect(Set(keys).isSuperset(of: ["frames/a-0.jpg", "frames/a-0-veiled.jpg", "frames/a-1.jpg"]))
        }
    }
}

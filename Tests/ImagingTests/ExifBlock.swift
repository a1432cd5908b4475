import Imaging

/// A little EXIF block that tests write themselves, big-endian.
struct ExifBlock {
    var orientation = Orientation.up
    var make: String?
    var takenAt: String?
    var offset: String?
    var serial: String?
    var description: String?
    var comment: [UInt8]?
    var notes: [UInt8]?
    /// Tenths of a degree.
    var temperature: Int32?
    /// Degrees, minutes and seconds times 100.
    var latitude: [UInt32]?
    var longitude: [UInt32]?
    var isSouth = false
    var isWest = false

    private struct Entry {
        let tag: UInt16
        let type: UInt16
        let count: Int
        let content: [UInt8]
    }

    var bytes: [UInt8] {
        var first = [Entry(tag: 0x0112, type: 3, count: 1, content: Self.u16(UInt16(orientation.rawValue)) + [0, 0])]
        if let make { first.append(Self.text(0x010F, make)) }
        if let description { first.append(Self.text(0x010E, description)) }
        var camera = [(0x9003, takenAt), (0x9011, offset), (0xA431, serial)]
            .compactMap { tag, text in text.map { Self.text(UInt16(tag), $0) } }
        for (tag, bytes) in [(UInt16(0x9286), comment), (0x927C, notes)] {
            if let bytes { camera.append(Entry(tag: tag, type: 7, count: bytes.count, content: bytes)) }
        }
        if let temperature {
            let content = Self.u32(UInt32(bitPattern: temperature)) + Self.u32(10)
            camera.append(Entry(tag: 0x9400, type: 10, count: 1, content: content))
        }
        var place: [Entry] = []
        if let latitude, let longitude {
            place = [
                Self.text(1, isSouth ? "S" : "N"), Self.degrees(2, latitude),
                Self.text(3, isWest ? "W" : "E"), Self.degrees(4, longitude),
            ]
        }
        first.append(Entry(tag: 0x8769, type: 4, count: 1, content: [0, 0, 0, 0]))
        first.append(Entry(tag: 0x8825, type: 4, count: 1, content: [0, 0, 0, 0]))
        let cameraStart = 8 + Self.size(first)
        let placeStart = cameraStart + Self.size(camera)
        first[first.count - 2] = Entry(tag: 0x8769, type: 4, count: 1, content: Self.u32(UInt32(cameraStart)))
        first[first.count - 1] = Entry(tag: 0x8825, type: 4, count: 1, content: Self.u32(UInt32(placeStart)))
        return [0x4D, 0x4D, 0, 0x2A, 0, 0, 0, 8] + Self.directory(first, at: 8)
            + Self.directory(camera, at: cameraStart) + Self.directory(place, at: placeStart)
    }

    /// The JPEG with this block as its first segment.
    func inserted(into jpeg: [UInt8]) -> [UInt8] { Self.inserted(bytes, into: jpeg) }

    static func inserted(_ block: [UInt8], into jpeg: [UInt8]) -> [UInt8] {
        let content = Array("Exif\0\0".utf8) + block
        let segment = [0xFF, 0xE1] + u16(UInt16(content.count + 2)) + content
        return Array(jpeg[0..<2]) + segment + Array(jpeg[2...])
    }

    private static func text(_ tag: UInt16, _ text: String) -> Entry {
        Entry(tag: tag, type: 2, count: text.utf8.count + 1, content: Array(text.utf8) + [0])
    }

    private static func degrees(_ tag: UInt16, _ parts: [UInt32]) -> Entry {
        Entry(tag: tag, type: 5, count: 3, content: zip(parts, [1, 1, 100]).flatMap { u32($0) + u32($1) })
    }

    private static func size(_ entries: [Entry]) -> Int {
        6 + 12 * entries.count + entries.reduce(0) { $0 + ($1.content.count > 4 ? $1.content.count : 0) }
    }

    private static func directory(_ entries: [Entry], at start: Int) -> [UInt8] {
        var head = u16(UInt16(entries.count))
        var tail: [UInt8] = []
        let tailStart = start + 6 + 12 * entries.count
        for entry in entries {
            head += u16(entry.tag) + u16(entry.type) + u32(UInt32(entry.count))
            if entry.content.count > 4 {
                head += u32(UInt32(tailStart + tail.count))
                tail += entry.content
            } else {
                head += entry.content + [UInt8](repeating: 0, count: 4 - entry.content.count)
            }
        }
        return head + [0, 0, 0, 0] + tail
    }

    private static func u16(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }
    private static func u32(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}

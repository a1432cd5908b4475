/// A PNG that tests write themselves, its pixels stored without compression.
struct PNGFile {
    var width = 60
    var height = 60
    var depth: UInt8 = 8
    var colour: UInt8 = 0
    var isInterlaced = false
    /// Chunks between the head and the pixels.
    var extra: [(name: String, content: [UInt8])] = []
    /// Each row with its filter byte.
    var rows: [[UInt8]] = []

    var head: [UInt8] {
        Self.signature
            + Self.chunk(
                "IHDR",
                Self.u32(UInt32(width)) + Self.u32(UInt32(height)) + [depth, colour, 0, 0, isInterlaced ? 1 : 0]
            )
    }

    var bytes: [UInt8] {
        head + extra.flatMap { Self.chunk($0.name, $0.content) } + Self.chunk("IDAT", Self.stored(Array(rows.joined())))
            + Self.chunk("IEND", [])
    }

    private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    /// Greys of `depth` bits, packed as the format wants them; `value` gives each pixel's.
    static func packed(
        depth: UInt8,
        width: Int,
        height: Int,
        isInterlaced: Bool,
        _ value: (_ x: Int, _ y: Int) -> Int
    ) -> PNGFile {
        var file = PNGFile(width: width, height: height, depth: depth, isInterlaced: isInterlaced)
        let passes = [
            (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2),
        ]
        for (left, top, across, down) in isInterlaced ? passes : [(0, 0, 1, 1)] {
            for y in stride(from: top, to: height, by: down) {
                var row: [UInt8] = [0]
                var used = 8
                for x in stride(from: left, to: width, by: across) {
                    if used == 8 { row.append(0) }
                    used %= 8
                    row[row.count - 1] |= UInt8(value(x, y)) << UInt8(8 - used - Int(depth))
                    used += Int(depth)
                }
                file.rows.append(row)
            }
        }
        return file
    }

    static func chunk(_ name: String, _ content: [UInt8], claiming length: UInt32? = nil) -> [UInt8] {
        let body = Array(name.utf8) + content
        return u32(length ?? UInt32(content.count)) + body + u32(crc(body))
    }

    /// A zlib stream of blocks that are only stored.
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        for start in stride(from: 0, to: max(1, bytes.count), by: 65_535) {
            let block = bytes[start..<min(start + 65_535, bytes.count)]
            let size = UInt16(block.count)
            stream.append(start + block.count == bytes.count ? 1 : 0)
            stream += [UInt8(size & 0xFF), UInt8(size >> 8), UInt8(~size & 0xFF), UInt8(~size >> 8)] + block
        }
        var (a, b) = (UInt32(1), UInt32(0))
        for byte in bytes {
            a = (a + UInt32(byte)) % 65_521
            b = (b + a) % 65_521
        }
        return stream + u32(b << 16 | a)
    }

    private static func u32(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
    }
}

/// The markers of a JPEG file before its first scan.
struct JPEGHead {
    var width = 0
    var height = 0
    var components = 0
    private var isProgressive = false
    private var scanComponents = 0
    /// Adobe stores CMYK inverted and says so by its own marker.
    var hasAdobeMarker = false
    /// Samples per pixel over all components, subsampling considered.
    var samplesPerPixel = 0.0
    var exif: ByteView?

    /// True when the colours come in several scans, so that all coefficients are kept until the last of them.
    var keepsCoefficients: Bool { isProgressive || scanComponents < components }

    init(_ view: ByteView) throws(PictureFault) {
        var offset = 2
        while let marker = Self.nextMarker(view, from: &offset) {
            if marker == 0xD9 { break }
            if marker == 0x01 || (0xD0...0xD8).contains(marker) { continue }
            guard let length = view.u16(at: offset), length >= 2,
                let segment = view.slice(at: offset + 2, count: Int(length) - 2)
            else { throw .broken("the JPEG ends in the middle of its head") }
            if marker == 0xDA {
                scanComponents = Int(segment.u8(at: 0) ?? 0)
                break
            }
            read(segment, marker: marker)
            offset += Int(length)
        }
        guard width > 0, height > 0, components > 0 else { throw .broken("the JPEG has no image in it") }
    }

    /// Skips fill bytes; `nil` at the end.
    private static func nextMarker(_ view: ByteView, from offset: inout Int) -> UInt8? {
        while let byte = view.u8(at: offset), let next = view.u8(at: offset + 1) {
            offset += 1
            guard byte == 0xFF, next != 0xFF, next != 0 else { continue }
            offset += 1
            return next
        }
        return nil
    }

    /// How many scans the file holds; each of them passes over the whole picture, even one of a few bytes.
    static func scanCount(_ bytes: [UInt8]) -> Int {
        var count = 0
        var index = 0
        while let mark = bytes[index...].firstIndex(of: 0xFF), mark + 1 < bytes.count {
            if bytes[mark + 1] == 0xDA { count += 1 }
            index = mark + 1
        }
        return count
    }

    private mutating func read(_ segment: ByteView, marker: UInt8) {
        switch marker {
        case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF: readFrame(segment, marker: marker)
        case 0xE1 where exif == nil && segment.starts(with: Array("Exif\0".utf8)): exif = segment.suffix(from: 6)
        case 0xEE where segment.hasText("Adobe", at: 0): hasAdobeMarker = true
        default: break
        }
    }

    private mutating func readFrame(_ segment: ByteView, marker: UInt8) {
        guard components == 0, let height = segment.u16(at: 1), let width = segment.u16(at: 3),
            let count = segment.u8(at: 5)
        else { return }
        self.height = Int(height)
        self.width = Int(width)
        components = Int(count)
        isProgressive = marker & 3 == 2
        let factors = (0..<components).map { Int(segment.u8(at: 7 + 3 * $0) ?? 0x11) }
        let largest = factors.reduce(1) { max($0, ($1 >> 4) * ($1 & 15)) }
        samplesPerPixel = factors.reduce(0.0) { $0 + Double(($1 >> 4) * ($1 & 15)) / Double(largest) }
    }
}

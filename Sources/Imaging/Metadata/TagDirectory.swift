/// Reads TIFF directories, the structure that both TIFF files and EXIF blocks are made of.
///
/// Written here rather than taken from libexif: it is small, it cannot leave its bytes, and it serves all formats.
struct TagDirectory {
    private let view: ByteView
    private let littleEndian: Bool
    private var entries: [UInt16: Entry] = [:]

    private struct Entry {
        let type: UInt16
        let count: Int
        let offset: Int

        var width: Int {
            switch type {
            case 1, 2, 6, 7: 1
            case 3, 8: 2
            case 4, 9, 11, 13: 4
            case 5, 10, 12: 8
            default: 0
            }
        }
    }

    /// The first directory of a block that begins with `II*\0` or `MM\0*`; `nil` when there is none.
    init?(block view: ByteView) {
        let isLittle = view.starts(with: [0x49, 0x49, 0x2A, 0])
        guard isLittle || view.starts(with: [0x4D, 0x4D, 0, 0x2A]),
            let offset = view.u32(at: 4, littleEndian: isLittle)
        else { return nil }
        self.init(view: view, littleEndian: isLittle, offset: Int(offset))
    }

    private init(view: ByteView, littleEndian: Bool, offset: Int) {
        self.view = view
        self.littleEndian = littleEndian
        guard let count = view.u16(at: offset, littleEndian: littleEndian) else { return }
        for index in 0..<min(Int(count), 1_000) {
            let start = offset + 2 + 12 * index
            guard let tag = view.u16(at: start, littleEndian: littleEndian),
                let type = view.u16(at: start + 2, littleEndian: littleEndian),
                let count = view.u32(at: start + 4, littleEndian: littleEndian),
                let value = view.u32(at: start + 8, littleEndian: littleEndian)
            else { return }
            let inline = Entry(type: type, count: Int(count), offset: start + 8)
            let entry =
                inline.width * inline.count <= 4 ? inline : Entry(type: type, count: Int(count), offset: Int(value))
            if entries[tag] == nil { entries[tag] = entry }
        }
    }

    /// The directory that a tag of this one points at.
    func directory(_ tag: UInt16) -> TagDirectory? {
        integer(tag).map { TagDirectory(view: view, littleEndian: littleEndian, offset: $0) }
    }

    func count(_ tag: UInt16) -> Int? { entries[tag]?.count }

    func integer(_ tag: UInt16, at index: Int = 0) -> Int? {
        guard let entry = entries[tag], index < entry.count else { return nil }
        let offset = entry.offset + index * entry.width
        return switch entry.type {
        case 1, 7: view.u8(at: offset).map(Int.init)
        case 3: view.u16(at: offset, littleEndian: littleEndian).map(Int.init)
        case 4, 13: view.u32(at: offset, littleEndian: littleEndian).map(Int.init)
        default: nil
        }
    }

    /// A rational number; `nil` when it divides by zero.
    func rational(_ tag: UInt16, at index: Int = 0) -> Double? {
        guard let entry = entries[tag], index < entry.count, entry.type == 5 || entry.type == 10,
            let top = view.u32(at: entry.offset + 8 * index, littleEndian: littleEndian),
            let bottom = view.u32(at: entry.offset + 8 * index + 4, littleEndian: littleEndian), bottom != 0
        else { return nil }
        return entry.type == 5
            ? Double(top) / Double(bottom)
            : Double(Int32(bitPattern: top)) / Double(Int32(bitPattern: bottom))
    }

    /// Text without padding and control characters; `nil` when nothing is left.
    func text(_ tag: UInt16, limit: Int = 64) -> String? {
        guard let entry = entries[tag], entry.type == 2,
            let bytes = view.slice(at: entry.offset, count: min(entry.count, 4 * limit))?.array()
        else { return nil }
        return Self.clean(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self), limit: limit)
    }

    /// What is written as bytes without a form of their own.
    func bytes(_ tag: UInt16, limit: Int) -> ByteView? {
        guard let entry = entries[tag], entry.type == 1 || entry.type == 7 else { return nil }
        return view.slice(at: entry.offset, count: min(entry.count, limit))
    }

    /// A comment, whose first eight bytes name its characters; some cameras write it as plain text.
    func comment(_ tag: UInt16, limit: Int) -> String? {
        if let text = text(tag, limit: limit) { return text }
        guard let bytes = bytes(tag, limit: 8 + 4 * limit) else { return nil }
        let content = bytes.suffix(from: 8)
        if bytes.hasText("UNICODE\0", at: 0) {
            let units = (0..<content.count / 2).compactMap { content.u16(at: 2 * $0, littleEndian: littleEndian) }
            return Self.clean(String(decoding: units.prefix { $0 != 0 }, as: UTF16.self), limit: limit)
        }
        guard bytes.hasText("ASCII\0\0\0", at: 0) || bytes.array().prefix(8).allSatisfy({ $0 == 0 }) else { return nil }
        return Self.clean(String(decoding: content.array().prefix { $0 != 0 }, as: UTF8.self), limit: limit)
    }

    /// In one line, without padding and control characters; `nil` when nothing is left.
    static func clean(_ text: String, limit: Int) -> String? {
        let scalars = text.unicodeScalars.map { $0 == "\n" || $0 == "\r" || $0 == "\t" ? " " : $0 }
            .filter { $0.properties.generalCategory != .control && $0 != "\u{FFFD}" }
        var text = String(String.UnicodeScalarView(scalars)).drop { $0 == " " }.prefix(limit)
        while text.last == " " { text.removeLast() }
        return text.isEmpty ? nil : String(text)
    }
}

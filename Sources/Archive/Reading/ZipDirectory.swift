/// The directory of an archive, looked through before libarchive sees it: it would take any number of lines into memory.
struct ZipDirectory {
    /// Unpacked sizes by name, without slashes at the end.
    private(set) var sizes: [String: Int64] = [:]

    init() {}

    /// - Throws: `ZipFault` with whatever is wrong with the archive as a whole or with one of its lines.
    init(of file: ZipFile, limits: ZipLimits) throws(ZipFault) {
        let size = try file.size()
        let end = try ZipEnd(of: file, size: size)
        guard end.entries <= limits.entries else {
            throw ZipFault(.tooManyEntries, "\(end.entries), and \(limits.entries) are allowed")
        }
        var lines = Cursor(file, end.directory)
        var total: Int64 = 0
        for _ in 0..<end.entries {
            let line = try lines.nextLine()
            guard line.size <= limits.entryBytes else {
                throw ZipFault(.entryTooLarge, "\(line.name.debugDescription) of \(line.size) bytes")
            }
            guard line.size <= limits.totalBytes - total else {
                throw ZipFault(.tooLarge, "more than \(limits.totalBytes) bytes")
            }
            total += line.size
            guard sizes.updateValue(line.size, forKey: line.name) == nil else {
                throw ZipFault(.duplicateName, line.name.debugDescription)
            }
        }
        guard lines.isAtEnd else { throw ZipFault(.damaged, "the directory has more lines than it says") }
    }

    /// Takes an entry out; `nil` when the directory has none of that name, or no more.
    mutating func take(_ name: String) -> Int64? { sizes.removeValue(forKey: name) }

    /// Reads lines one after another through a window.
    private struct Cursor {
        private static let windowSize = 256 << 10

        private let file: ZipFile
        /// What is not in the window yet.
        private var rest: Range<Int64>
        private var window: [UInt8] = []
        private var position = 0

        init(_ file: ZipFile, _ range: Range<Int64>) {
            self.file = file
            rest = range
        }

        var isAtEnd: Bool { rest.isEmpty && position == window.count }

        mutating func nextLine() throws(ZipFault) -> ZipLine {
            let head = LittleEndian(try take(ZipLine.length))
            guard head.u32(0) == 0x0201_4B50 else { throw ZipFault(.damaged, "a line of the directory is wrong") }
            let name = try take(head.u16(28))
            let extra = try take(head.u16(30))
            _ = try take(head.u16(32))
            return try ZipLine(head, name: name, extra: extra)
        }

        private mutating func take(_ count: Int) throws(ZipFault) -> [UInt8] {
            if window.count - position < count {
                let left = window[position...]
                let more = Int(min(Int64(Self.windowSize - left.count), Int64(rest.count)))
                let bytes = try file.read(at: rest.lowerBound, count: more)
                guard bytes.count == more, left.count + more >= count else {
                    throw ZipFault(.damaged, "the directory ends too early")
                }
                window = left + bytes
                position = 0
                rest = rest.lowerBound + Int64(more)..<rest.upperBound
            }
            defer { position += count }
            return Array(window[position..<position + count])
        }
    }
}

import Core
import Glibc

/// The outermost parts of a video's file: whether all that they announce is there, known without decoding anything.
package enum VideoContainer {
    /// A film of many hours has some hundreds.
    private static let mostParts = 100_000

    /// - Throws: `PictureFault` for a file that ends before its parts do; `SystemFault` when it cannot be read.
    package static func check(fileAt path: String, size: Int64, _ format: VideoFormat) throws {
        guard let file = unsafe FileDescriptor(owning: open(path, O_RDONLY | O_CLOEXEC)) else {
            throw SystemFault(path: path, number: errno)
        }
        var place: Int64 = 0
        var names: Set<String> = []
        for _ in 0..<mostParts where place + 8 <= size {
            let head = try bytes(of: file, at: place, path)
            guard let part = format == .avi ? riff(head) : box(head, left: size - place) else { break }
            names.insert(part.name)
            place += part.length + (format == .avi ? part.length % 2 : 0)
        }
        let needed = format == .avi ? "RIFF" : "moov"
        guard names.contains(needed), place <= size + 1 else {
            throw PictureFault.brokenVideo("it breaks off before its end")
        }
    }

    private static func bytes(of file: borrowing FileDescriptor, at place: Int64, _ path: String) throws -> ByteView {
        var head = [UInt8](repeating: 0, count: 16)
        let count = unsafe pread(file.number, &head, head.count, off_t(place))
        guard count >= 0 else { throw SystemFault(path: path, number: errno) }
        return ByteView(Array(head.prefix(count)))
    }

    private static func box(_ head: ByteView, left: Int64) -> (name: String, length: Int64)? {
        guard let short = head.u32(at: 0), let name = head.text(at: 4, count: 4) else { return nil }
        switch short {
        // To the end of the file.
        case 0: return (name, left)
        case 1:
            guard let high = head.u32(at: 8), let low = head.u32(at: 12), high < 1 << 20 else { return nil }
            let length = Int64(high) << 32 | Int64(low)
            return length >= 16 ? (name, length) : nil
        case 2..<8: return nil
        default: return (name, Int64(short))
        }
    }

    private static func riff(_ head: ByteView) -> (name: String, length: Int64)? {
        guard let name = head.text(at: 0, count: 4), let length = head.u32(at: 4, littleEndian: true) else {
            return nil
        }
        // A part of odd length is filled up to an even one, but at the end of the file some writers forget it.
        return (name, 8 + Int64(length))
    }
}

import CCurl
import Core
import Glibc

/// A file that lies in memory alone, for a library that reads a secret from a path.
final class MemoryFile {
    private let descriptor: FileDescriptor

    init(_ bytes: [UInt8], host: String) throws {
        let opened = ccurl_memory_file()
        guard let descriptor = FileDescriptor(owning: opened),
            unsafe write(descriptor.number, bytes, bytes.count) == bytes.count
        else { throw OutboundFault(.file, host: host, "there is no room for the key") }
        self.descriptor = descriptor
    }

    /// Good as long as this lives.
    var path: String { "/proc/self/fd/\(descriptor.number)" }
}

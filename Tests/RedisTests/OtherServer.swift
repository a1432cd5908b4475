import Core
import Dispatch
import Glibc
import TestSupport

/// Something on loopback that says the same to everybody, and is not Redis.
final class OtherServer: Sendable {
    let port: Int
    private let listener: FileDescriptor

    init(says text: String) throws {
        let port = try ServerProcess.freePort()
        guard let listener = FileDescriptor(owning: socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)) else {
            throw LoopbackFault.failed("socket")
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener.number, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard bound, listen(listener.number, 8) == 0 else { throw LoopbackFault.failed("listen on \(port)") }
        self.port = port
        self.listener = listener
        DispatchQueue(label: "other-server").async { [self] in
            while let connection = FileDescriptor(owning: accept(self.listener.number, nil, nil)) {
                _ = send(connection.number, text, text.utf8.count, Int32(MSG_NOSIGNAL))
            }
        }
    }

    func stop() { shutdown(listener.number, Int32(SHUT_RDWR)) }
}

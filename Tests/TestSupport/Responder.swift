import Dispatch
import Glibc
import Synchronization

/// A server on loopback that answers each connection with whatever the test's closure returns, then closes it.
package final class Responder: Sendable {
    /// What happens on one connection.
    package enum Answer: Sendable {
        case send([UInt8])
        /// Sends the bytes, then breaks the connection with a reset.
        case breakOff([UInt8])
        /// Holds the connection open without a word until the responder goes away.
        case stall
    }

    package let port: UInt16
    private let listener: Int32
    private let held = Mutex<[Int32]>([])
    private let seen = Mutex<[String]>([])
    private let answer: @Sendable (String) -> Answer

    package init(_ answer: @escaping @Sendable (String) -> Answer) throws {
        self.answer = answer
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, address, &length) == 0
            }
        }
        guard bound else { throw CannotListen() }
        self.listener = listener
        port = UInt16(bigEndian: address.sin_port)
        DispatchQueue(label: "responder").async { [self] in serve() }
    }

    package struct CannotListen: Error {}

    package var url: String { "http://127.0.0.1:\(port)" }
    /// The heads of the requests so far.
    package var requests: [String] { seen.withLock { $0 } }

    package func stop() {
        // The serving thread closes the listener: closed here, its number could become another responder's.
        shutdown(listener, Int32(SHUT_RDWR))
        for descriptor in held.withLock({ $0 }) { close(descriptor) }
    }

    private func serve() {
        while case let connection = accept(listener, nil, nil), connection >= 0 {
            DispatchQueue(label: "connection").async { [self] in handle(connection) }
        }
        close(listener)
    }

    private func handle(_ connection: Int32) {
        var head: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !String(decoding: head, as: UTF8.self).contains("\r\n\r\n") {
            let count = read(connection, &buffer, buffer.count)
            guard count > 0 else { break }
            head += buffer[..<count]
        }
        let request = String(decoding: head, as: UTF8.self)
        seen.withLock { $0.append(request) }
        switch answer(request) {
        case .send(let bytes):
            write(bytes, to: connection)
            shutdown(connection, Int32(SHUT_WR))
            close(connection)
        case .breakOff(let bytes):
            write(bytes, to: connection)
            close(connection)
        case .stall: held.withLock { $0.append(connection) }
        }
    }

    private func write(_ bytes: [UInt8], to connection: Int32) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }
}

package func withResponder<Value>(
    _ answer: @escaping @Sendable (String) -> Responder.Answer,
    _ body: (Responder) async throws -> Value
) async throws -> Value {
    let responder = try Responder(answer)
    defer { responder.stop() }
    return try await body(responder)
}

/// An answer with a length and a close, as bytes.
package func answer(_ status: Int, _ headers: [String] = [], body: [UInt8] = []) -> [UInt8] {
    let lines = ["HTTP/1.1 \(status) Whatever", "Content-Length: \(body.count)", "Connection: close"] + headers
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
}

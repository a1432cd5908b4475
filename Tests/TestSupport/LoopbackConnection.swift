import Core
package import Foundation
import Glibc

/// A plain TCP connection to this machine that sends exactly the bytes it is given: no client library tidies them up.
package final class LoopbackConnection: @unchecked Sendable {
    // @unchecked: a test uses a connection from one task at a time; the descriptor never changes.
    private let socket: FileDescriptor
    private var descriptor: Int32 { socket.number }
    private var buffer: [UInt8] = []

    package init(port: Int, timeout: TimeInterval = 30) throws {
        guard let socket = FileDescriptor(owning: Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)) else {
            throw LoopbackFault.failed("socket")
        }
        self.socket = socket
        var limit = timeval(tv_sec: Int(timeout), tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else {
            throw LoopbackFault.failed("connect to port \(port): \(String(cString: strerror(errno)))")
        }
    }

    package func send(_ text: String) throws { try send(Array(text.utf8)) }

    package func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw LoopbackFault.closed }
            rest = rest.dropFirst(count)
        }
    }

    /// Closes our writing half: the server sees the end of what we send.
    package func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Reads one answer: head, then a body by length, by chunks, or up to the close.
    package func answer(toHead: Bool = false) throws -> LoopbackAnswer {
        guard let headEnd = try fill(until: Array("\r\n\r\n".utf8)) else { throw LoopbackFault.closed }
        let head = String(decoding: buffer[..<headEnd], as: UTF8.self)
        buffer.removeFirst(headEnd + 4)
        let lines = head.components(separatedBy: "\r\n")
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
            throw LoopbackFault.failed("read a status line from \(head.prefix(80))")
        }
        var headers: [(name: String, value: String)] = []
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            headers.append((line[..<colon].lowercased(), value))
        }
        var answer = LoopbackAnswer(status: status, headers: headers, body: [])
        if status == 100 { return try self.answer(toHead: toHead) }
        if toHead || status == 204 || status == 304 { return answer }
        if answer["transfer-encoding"] == "chunked" {
            answer.body = try chunks()
        } else if let length = answer["content-length"].flatMap({ Int($0) }) {
            while buffer.count < length { guard try fill() else { throw LoopbackFault.closed } }
            answer.body = Array(buffer.prefix(length))
            buffer.removeFirst(length)
        } else {
            while try fill() {}
            answer.body = buffer
            buffer = []
        }
        return answer
    }

    /// Whether the server has closed the connection (nothing more will come).
    package func isClosedByServer() -> Bool {
        while true {
            do { guard try fill() else { return true } } catch { return error as? LoopbackFault == .closed }
        }
    }

    /// Takes exactly `count` bytes, for protocols above HTTP.
    package func read(_ count: Int) throws -> [UInt8] {
        while buffer.count < count { guard try fill() else { throw LoopbackFault.closed } }
        defer { buffer.removeFirst(count) }
        return Array(buffer.prefix(count))
    }

    private func chunks() throws -> [UInt8] {
        var body: [UInt8] = []
        while true {
            guard let lineEnd = try fill(until: Array("\r\n".utf8)) else { throw LoopbackFault.closed }
            let sizeText = String(decoding: buffer[..<lineEnd], as: UTF8.self).split(separator: ";").first ?? ""
            guard let size = Int(sizeText, radix: 16) else { throw LoopbackFault.failed("read a chunk size") }
            buffer.removeFirst(lineEnd + 2)
            body += try read(size)
            _ = try read(2)
            if size == 0 { return body }
        }
    }

    private func fill(until mark: [UInt8]) throws -> Int? {
        var searched = 0
        while true {
            if buffer.count >= mark.count {
                for index in searched...(buffer.count - mark.count)
                where buffer[index..<index + mark.count].elementsEqual(mark) { return index }
                searched = max(0, buffer.count - mark.count)
            }
            guard try fill() else { return nil }
        }
    }

    private func fill() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count < 0 {
            throw errno == EAGAIN || errno == EWOULDBLOCK ? LoopbackFault.timedOut : LoopbackFault.closed
        }
        buffer += chunk.prefix(count)
        return count > 0
    }
}

/// What came back.
package struct LoopbackAnswer: Sendable {
    package let status: Int
    package let headers: [(name: String, value: String)]
    package var body: [UInt8]

    /// The first header of this name, given in lower case.
    package subscript(name: String) -> String? { headers.first { $0.name == name }?.value }

    package var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as a JSON object; empty when it is none.
    package var json: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any] ?? [:]
    }
}

package enum LoopbackFault: Error, Equatable {
    case failed(String)
    case closed
    case timedOut
}

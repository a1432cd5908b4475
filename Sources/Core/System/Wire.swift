import Glibc
import Synchronization

/// The socket of a connection for threads other than its own, which may only end it or add a few bytes.
package final class Wire: Sendable {
    private let socket: Mutex<Int32?>

    package init(_ socket: Int32) { self.socket = Mutex(socket) }

    /// Ends what its thread waits for; nothing more comes over this connection.
    package func interrupt() {
        socket.withLock { if let socket = $0 { _ = shutdown(socket, Int32(SHUT_RDWR)) } }
    }

    /// Sends without waiting; a connection that does not take the bytes at once is ended.
    package func offer(_ bytes: [UInt8]) {
        socket.withLock { socket in
            guard let socket else { return }
            let count = unsafe send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            if count != bytes.count { _ = shutdown(socket, Int32(SHUT_RDWR)) }
        }
    }

    /// The owner is about to close the socket: its number may soon be somebody else's.
    package func detach() { socket.withLock { $0 = nil } }
}

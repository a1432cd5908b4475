internal import CMicroHTTPD
internal import Core
internal import Glibc

/// Notices clients that leave while their connection is suspended, and ticks for deadlines, on one thread of its own.
final class PeerWatch: Sendable {
    private let epoll: Int32
    private let waker: Int32

    init() throws {
        epoll = chttpd_epoll()
        guard epoll >= 0 else { throw SystemError("make an epoll") }
        waker = chttpd_waker()
        guard waker >= 0 else {
            close(epoll)
            throw SystemError("make an eventfd")
        }
        _ = chttpd_epoll_set(epoll, waker, 0, Int32(chttpd_watch_read), 1)
    }

    deinit {
        close(epoll)
        close(waker)
    }

    func watch(_ socket: Int32, id: UInt64) {
        _ = chttpd_epoll_set(epoll, socket, id, Int32(chttpd_watch_gone), 1)
    }

    /// Asks for more of a socket, of which it may already be known that its client may leave.
    func watch(_ socket: Int32, id: UInt64, reads: Bool, writes: Bool) {
        let interest = (reads ? chttpd_watch_read : 0) | (writes ? chttpd_watch_write : 0)
        if chttpd_epoll_set(epoll, socket, id, Int32(interest), 0) != 0 {
            _ = chttpd_epoll_set(epoll, socket, id, Int32(interest), 1)
        }
    }

    func forget(_ socket: Int32) { _ = chttpd_epoll_remove(epoll, socket) }

    /// Ends `run`.
    func stop() { chttpd_wake(waker) }

    /// Waits for events until `stop`; blocks its thread.
    func run(happened: (UInt64, _ isReadable: Bool, _ isGone: Bool) -> Void, tick: () -> Void) {
        var events = [chttpd_event](repeating: chttpd_event(), count: 64)
        var lastTick = Monotonic.now()
        while true {
            let count = unsafe chttpd_epoll_wait(epoll, &events, Int32(events.count), 250)
            for event in events.prefix(Int(max(0, count))) {
                if event.id == 0 { return }
                happened(event.id, event.is_readable != 0, event.is_gone != 0)
            }
            let now = Monotonic.now()
            if lastTick + .milliseconds(200) < now {
                lastTick = now
                tick()
            }
        }
    }
}

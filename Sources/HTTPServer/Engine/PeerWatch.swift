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

    func forget(_ socket: Int32) { _ = chttpd_epoll_remove(epoll, socket) }

    /// Ends `run`.
    func stop() { chttpd_wake(waker) }

    /// Waits for events until `stop`; blocks its thread.
    func run(left: (UInt64) -> Void, tick: () -> Void) {
        var events = [chttpd_event](repeating: chttpd_event(), count: 64)
        var lastTick = Monotonic.now()
        while true {
            let count = unsafe chttpd_epoll_wait(epoll, &events, Int32(events.count), 250)
            for event in events.prefix(Int(max(0, count))) {
                if event.id == 0 { return }
                if event.is_gone != 0 { left(event.id) }
            }
            let now = Monotonic.now()
            if lastTick + .milliseconds(200) < now {
                lastTick = now
                tick()
            }
        }
    }
}

internal import CMicroHTTPD
internal import Core

/// Notices clients that leave while their connection is suspended, and ticks for deadlines, on one thread of its own.
final class PeerWatch: Sendable {
    /// What happened on a watched socket; ids of connections are larger than those below.
    typealias Event = (id: UInt64, isReadable: Bool, isGone: Bool)
    static let wakerID: UInt64 = 0
    static let listenerID: UInt64 = 1

    private let epoll: FileDescriptor
    private let waker: FileDescriptor

    init() throws {
        guard let epoll = FileDescriptor(owning: chttpd_epoll()) else { throw SystemError("make an epoll") }
        guard let waker = FileDescriptor(owning: chttpd_waker()) else { throw SystemError("make an eventfd") }
        _ = chttpd_epoll_set(epoll.number, waker.number, Self.wakerID, Int32(chttpd_watch_read), 1)
        self.epoll = epoll
        self.waker = waker
    }

    func watch(listener: Int32) {
        _ = chttpd_epoll_set(epoll.number, listener, Self.listenerID, Int32(chttpd_watch_read), 1)
    }

    func watch(_ socket: Int32, id: UInt64) {
        _ = chttpd_epoll_set(epoll.number, socket, id, Int32(chttpd_watch_gone), 1)
    }

    /// Asks for more of a socket, of which it may already be known that its client may leave.
    func watch(_ socket: Int32, id: UInt64, reads: Bool, writes: Bool) {
        let interest = (reads ? chttpd_watch_read : 0) | (writes ? chttpd_watch_write : 0)
        if chttpd_epoll_set(epoll.number, socket, id, Int32(interest), 0) != 0 {
            _ = chttpd_epoll_set(epoll.number, socket, id, Int32(interest), 1)
        }
    }

    func forget(_ socket: Int32) { _ = chttpd_epoll_remove(epoll.number, socket) }

    /// Ends `run`.
    func stop() { chttpd_wake(waker.number) }

    /// Waits for events until `stop`; blocks its thread.
    func run(accept: () -> Void, happened: (Event) -> Void, tick: () -> Void) {
        var events = [chttpd_event](repeating: chttpd_event(), count: 64)
        var lastTick = Monotonic.now()
        while true {
            let count = unsafe chttpd_epoll_wait(epoll.number, &events, Int32(events.count), 250)
            for event in events.prefix(Int(max(0, count))) {
                switch event.id {
                case Self.wakerID: return
                case Self.listenerID: accept()
                default: happened((event.id, event.is_readable != 0, event.is_gone != 0))
                }
            }
            let now = Monotonic.now()
            if lastTick + .milliseconds(200) < now {
                lastTick = now
                tick()
            }
        }
    }
}

internal import Core
internal import Synchronization

/// All open connections, with a count per address.
final class Connections: Sendable {
    private struct State {
        var nextID: UInt64 = 1
        var open: [UInt64: Connection] = [:]
        var perAddress: [String: Int] = [:]

        mutating func release(_ client: ClientAddress) {
            let left = perAddress[client.text, default: 1] - 1
            perAddress[client.text] = left > 0 ? left : nil
        }
    }

    private let state = Mutex(State())
    private let limit: Int
    private let exempt: AddressList

    init(limitPerAddress: Int, exempt: AddressList) {
        limit = limitPerAddress
        self.exempt = exempt
    }

    func nextID() -> UInt64 {
        state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
    }

    /// Keeps a place for one more connection from there, if it may have one; trusted proxies speak for many clients.
    func admits(_ client: ClientAddress) -> Bool {
        let limit = exempt.contains(client) ? Int.max : limit
        return state.withLock { state in
            guard state.perAddress[client.text, default: 0] < limit else { return false }
            state.perAddress[client.text, default: 0] += 1
            return true
        }
    }

    /// Gives the place of a connection back.
    func release(_ client: ClientAddress) { state.withLock { $0.release(client) } }

    func insert(_ connection: Connection) {
        state.withLock { $0.open[connection.id] = connection }
    }

    func remove(_ connection: Connection) {
        state.withLock { state in
            state.open[connection.id] = nil
            state.release(connection.client)
        }
    }

    subscript(id: UInt64) -> Connection? { state.withLock { $0.open[id] } }

    /// Whether somebody was admitted whose connection libmicrohttpd has not begun yet.
    var hasNewcomers: Bool { state.withLock { $0.perAddress.values.reduce(0, +) > $0.open.count } }

    var all: [Connection] { state.withLock { Array($0.open.values) } }
    var count: Int { state.withLock { $0.open.count } }
}

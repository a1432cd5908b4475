internal import Core
internal import Synchronization

/// All open connections, with a count per address.
final class Connections: Sendable {
    private struct State {
        var nextID: UInt64 = 1
        var open: [UInt64: Connection] = [:]
        var perAddress: [String: Int] = [:]
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

    /// Whether one more connection from there may be accepted; trusted proxies speak for many clients.
    func admits(_ client: ClientAddress) -> Bool {
        exempt.contains(client) || state.withLock { $0.perAddress[client.text, default: 0] < limit }
    }

    func insert(_ connection: Connection) {
        state.withLock { state in
            state.open[connection.id] = connection
            state.perAddress[connection.client.text, default: 0] += 1
        }
    }

    func remove(_ connection: Connection) {
        state.withLock { state in
            state.open[connection.id] = nil
            let left = state.perAddress[connection.client.text, default: 1] - 1
            state.perAddress[connection.client.text] = left > 0 ? left : nil
        }
    }

    subscript(id: UInt64) -> Connection? { state.withLock { $0.open[id] } }

    var all: [Connection] { state.withLock { Array($0.open.values) } }
    var count: Int { state.withLock { $0.open.count } }
}

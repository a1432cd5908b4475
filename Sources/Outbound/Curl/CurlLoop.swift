import CCurl
import Core
import Dispatch
import Synchronization

/// The one thread that runs all transfers of a client on one curl multi handle.
///
/// It starts with the first transfer and ends with the client; tasks talk to it through an inbox and a wake-up.
final class CurlLoop: Sendable {
    private enum Message {
        case start(Transfer, Transfer.Completion)
        case cancel(UInt64)
        case resume(UInt64)
        case stop
    }

    private struct State {
        var inbox: [Message] = []
        /// The multi handle as a number, because pointers are not `Sendable`; zero before the thread runs.
        var multi: UInt = 0
        var waiting = 0
        var nextID: UInt64 = 0
    }

    private let state = Mutex(State())
    private let depth: Int
    private let connections: HTTPClient.Connections
    /// The longest wait for something to happen, in milliseconds.
    private let pause: Int32

    init(depth: Int, connections: HTTPClient.Connections, pause: Int32 = 60_000) {
        self.depth = depth
        self.connections = connections
        self.pause = pause
    }

    func nextID() -> UInt64 {
        state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
    }

    /// Runs the transfer to its end; cancellation ends it at once.
    func run(_ transfer: Transfer) async throws -> ResponseHead {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (waiting: CheckedContinuation<ResponseHead, any Error>) in
                start(transfer) { waiting.resume(with: $0) }
                // The handler may have run before the start was posted.
                if Task.isCancelled { cancel(transfer.id) }
            }
        } onCancel: {
            transfer.abandon()
            cancel(transfer.id)
        }
    }

    /// Begins the transfer; `completion` is called once, here when the transfer is refused.
    func start(_ transfer: Transfer, completion: @escaping Transfer.Completion) {
        guard admit() else { return completion(.failure(Overloaded(resource: "outbound"))) }
        guard post(.start(transfer, completion)) else {
            leave()
            return completion(.failure(OutboundFault(.other, host: transfer.host, "out of memory")))
        }
    }

    func cancel(_ id: UInt64) { _ = post(.cancel(id)) }

    /// Lets a body flow again whose sink said `later`.
    func resume(_ id: UInt64) { _ = post(.resume(id)) }

    func stop() { _ = post(.stop) }

    private func admit() -> Bool {
        state.withLock { state in
            guard state.waiting < depth else { return false }
            state.waiting += 1
            return true
        }
    }

    private func post(_ message: Message) -> Bool {
        state.withLock { state in
            if state.multi == 0 {
                // Nothing to cancel or stop before the first start.
                guard case .start = message, let multi = makeMulti() else { return false }
                state.multi = multi
                DispatchQueue(label: "outbound").async { self.loop(multi) }
            }
            state.inbox.append(message)
            // Under the lock, so that the handle is not freed meanwhile.
            if let multi = unsafe UnsafeMutableRawPointer(bitPattern: state.multi) {
                _ = unsafe curl_multi_wakeup(multi)
            }
            return true
        }
    }

    private func makeMulti() -> UInt? {
        _ = Self.isCurlReady
        guard let multi = unsafe curl_multi_init() else { return nil }
        _ = unsafe ccurl_multi_set_number(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, connections.total)
        _ = unsafe ccurl_multi_set_number(multi, CURLMOPT_MAX_HOST_CONNECTIONS, connections.perHost)
        return UInt(bitPattern: multi)
    }

    private static let isCurlReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private func loop(_ address: UInt) {
        guard let multi = unsafe UnsafeMutableRawPointer(bitPattern: address) else { return }
        var running: [UInt64: Transfer] = [:]
        while true {
            for message in state.withLock({ state in
                defer { state.inbox = [] }
                return state.inbox
            }) {
                switch message {
                case .start(let transfer, let completion):
                    running[transfer.id] = transfer
                    if unsafe transfer.start(on: multi, completion: completion) { continue }
                    running[transfer.id] = nil
                    unsafe transfer.end(on: multi, .finished(CURLE_FAILED_INIT))
                    leave()
                case .cancel(let id):
                    guard let transfer = running.removeValue(forKey: id) else { continue }
                    unsafe transfer.end(on: multi, .cancelled)
                    leave()
                case .resume(let id): running[id]?.resume()
                case .stop:
                    for transfer in running.values { unsafe transfer.end(on: multi, .cancelled) }
                    state.withLock { state in
                        state.multi = 0
                        state.waiting = 0
                        _ = unsafe curl_multi_cleanup(multi)
                    }
                    return
                }
            }
            var active: Int32 = 0
            _ = unsafe curl_multi_perform(multi, &active)
            var code = CURLE_OK
            while let handle = unsafe ccurl_next_finished(multi, &code) {
                guard let context = unsafe ccurl_private(handle) else { continue }
                let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
                unsafe transfer.end(on: multi, .finished(code))
                running[transfer.id] = nil
                leave()
            }
            _ = unsafe curl_multi_poll(multi, nil, 0, pause, nil)
        }
    }

    private func leave() { state.withLock { $0.waiting -= 1 } }
}

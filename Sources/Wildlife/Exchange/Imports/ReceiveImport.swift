import Core
import Database
import HTTPServer
import ObjectStore
import Synchronization

/// Puts the file of an import away while it comes, and looks after its room: one that falls silent is given up.
struct ReceiveImport: Sendable {
    let room: ImportRoom
    let objects: any ObjectStore

    /// - Returns: how large the file is.
    func callAsFunction(
        _ run: ImportRun,
        _ key: ObjectKey,
        _ content: some AsyncSequence<[UInt8], any Error> & Sendable,
        limit: Int64
    ) async throws -> Int {
        let meter = ArrivalMeter()
        let counted = CountedPieces(base: content, meter: meter) { unheard in
            if unheard >= room.bounds.step { try await hear(of: run, meter) }
        }
        return try await withThrowingTaskGroup(of: Int?.self) { group in
            group.addTask { Int(try await objects.put(key, counted, limit: limit, expecting: nil).size) }
            group.addTask {
                try await watch(run, meter)
                return nil
            }
            defer { group.cancelAll() }
            // The one that watches never ends by itself.
            return try await group.next()?.flatMap(\.self) ?? 0
        }
    }

    private func watch(_ run: ImportRun, _ meter: ArrivalMeter) async throws {
        let pause = room.bounds.pause
        var (before, silent) = (Int64(0), Duration.zero)
        while true {
            try await Task.sleep(for: pause)
            let now = meter.total
            // A disk that takes long to put a file away is no sender that is silent.
            silent = now == before && meter.isWaiting ? silent + pause : .zero
            before = now
            guard silent < room.bounds.silence else {
                throw Problem(
                    408,
                    "too-slow",
                    "Nothing of the file came for \(Int(silent.seconds)) s: it was given up."
                )
            }
            try await hear(of: run, meter)
        }
    }

    private func hear(of run: ImportRun, _ meter: ArrivalMeter) async throws {
        var now = run
        now.done = Int(meter.hear())
        now.bytes = max(run.bytes, now.done)
        do {
            try await room.hear(of: now)
        } catch let fault where fault is DatabaseFault || fault is ObjectFault {
            // A file that has come for hours outlives a database or a store that is away for a moment.
        }
    }
}

/// How much of a file has come.
private final class ArrivalMeter: Sendable {
    private let state = Mutex((total: Int64(0), heard: Int64(0), isWaiting: false))

    var total: Int64 { state.withLock { $0.total } }
    /// Whether it is the sender whose turn it is.
    var isWaiting: Bool { state.withLock { $0.isWaiting } }

    func wait() { state.withLock { $0.isWaiting = true } }

    /// - Returns: how many bytes came since the last look.
    func add(_ count: Int) -> Int64 {
        state.withLock { state in
            state.isWaiting = false
            state.total += Int64(count)
            return state.total - state.heard
        }
    }

    func hear() -> Int64 {
        state.withLock { state in
            state.heard = state.total
            return state.total
        }
    }
}

/// Pieces that are counted before they go on; `look` hears how many bytes nobody has looked at yet.
private struct CountedPieces<Base: AsyncSequence & Sendable>: AsyncSequence, Sendable
where Base.Element == [UInt8], Base.Failure == any Error {
    typealias Element = [UInt8]
    typealias Failure = any Error

    let base: Base
    let meter: ArrivalMeter
    let look: @Sendable (Int64) async throws -> Void

    func makeAsyncIterator() -> Iterator { Iterator(base: base.makeAsyncIterator(), meter: meter, look: look) }

    struct Iterator: AsyncIteratorProtocol {
        typealias Failure = any Error

        var base: Base.AsyncIterator
        let meter: ArrivalMeter
        let look: @Sendable (Int64) async throws -> Void

        mutating func next() async throws -> [UInt8]? { try await next(isolation: #isolation) }

        mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
            meter.wait()
            let piece = try await base.next(isolation: actor)
            let unheard = meter.add(piece?.count ?? 0)
            if piece != nil { try await look(unheard) }
            return piece
        }
    }
}

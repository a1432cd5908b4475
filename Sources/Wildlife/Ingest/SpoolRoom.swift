import Core
import HTTPServer
import ObjectStore
import Synchronization

/// How much the spool takes at once: so many uploads, and no more than the disk has room for when all of them have come.
final class SpoolRoom: Sendable {
    static let most = 32
    /// Of one sender, so that nobody keeps out all others.
    static let mostOfOne = 8
    private static let pause = 10

    private struct State {
        var uploads: [String: Int] = [:]
        /// Bytes that were let in and are not on the disk yet.
        var awaited: Int64 = 0
    }

    private let folder: String
    private let state = Mutex(State())

    init(folder: String) { self.folder = folder }

    /// Lets in a file of at most `size` bytes; one that is no upload, and has no sender, counts by its size alone.
    ///
    /// - Throws: a 429 or 503 when too many are on their way; an `ObjectFault` of the code `full`.
    func place(for sender: String?, _ size: Int64) throws -> SpoolPlace {
        let free = DiskSpace(of: folder)?.free
        try state.withLock { state in
            if let sender { try Self.check(state.uploads, sender) }
            if let free, free - state.awaited - size < (sender == nil ? 0 : DiskSpace.spare) {
                throw ObjectFault(.full, "the spool of videos has no room for \(size >> 20) MB more")
            }
            if let sender { state.uploads[sender, default: 0] += 1 }
            state.awaited += size
        }
        return SpoolPlace(self, sender, size)
    }

    private static func check(_ uploads: [String: Int], _ sender: String) throws {
        guard uploads[sender, default: 0] < mostOfOne else {
            throw Problem.tooManyRequests(
                "\(mostOfOne) videos of yours are on their way already: send this one when one of them is here.",
                retryAfter: pause
            )
        }
        guard uploads.values.reduce(0, +) < most else {
            throw Problem.unavailable(
                "\(most) videos are on their way to this server already. Send this one in a moment.",
                retryAfter: pause
            )
        }
    }

    fileprivate func came(_ bytes: Int64) { state.withLock { $0.awaited -= bytes } }

    fileprivate func leave(_ sender: String?, awaiting bytes: Int64) {
        state.withLock { state in
            state.awaited -= bytes
            guard let sender, let count = state.uploads[sender] else { return }
            state.uploads[sender] = count > 1 ? count - 1 : nil
        }
    }
}

/// A place in the spool; it is free again with the last reference.
final class SpoolPlace: Sendable {
    private let room: SpoolRoom
    private let sender: String?
    private let awaited: Mutex<Int64>

    fileprivate init(_ room: SpoolRoom, _ sender: String?, _ size: Int64) {
        self.room = room
        self.sender = sender
        awaited = Mutex(size)
    }

    deinit { room.leave(sender, awaiting: awaited.withLock(\.self)) }

    /// What is on the disk is seen there.
    func came(_ bytes: Int) {
        let count = awaited.withLock { awaited in
            let count = min(Int64(bytes), awaited)
            awaited -= count
            return count
        }
        room.came(count)
    }
}

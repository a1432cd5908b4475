import Core
import Database
import ObjectStore

/// Gives back the room of files that broke off on their way together with the server that took them.
struct ForgetArrivals: Service {
    let name = "broken imports"
    let room: ImportRoom
    let objects: any ObjectStore
    let log: Log

    private static let pause = Duration.seconds(30)

    func run() async throws {
        while !Task.isCancelled {
            do {
                let count = try await forget()
                if count > 0 { log.info("imports broke off on their way", ["count": .integer(Int64(count))]) }
            } catch is CancellationError {
                return
            } catch {
                log.warning("broken imports cannot be looked up", ["reason": .string("\(error)")])
            }
            try await Task.sleep(for: Self.pause)
        }
    }

    /// How many there were.
    func forget() async throws -> Int {
        let keys = try await room.store.database.write { tx in
            try await room.store.forgetArrivals(heardBefore: room.lastHeard, in: tx)
        }
        for key in keys {
            do {
                try await objects.delete(ObjectKey(key))
            } catch let fault as ObjectFault {
                // The sweep of what nothing refers to takes it.
                log.warning("a broken import's file stays for now", ["reason": .string("\(fault)")])
            }
        }
        return keys.count
    }
}

import Core
import Database
import HTTPServer
import Synchronization

/// The profiles of this server: those of the page, those of the operator's folder, those that are shipped.
///
/// Profiles of the page are in the database, so that all servers and workers have the same ones; a server looks for changes
/// every few seconds.
final class CameraProfiles: Sendable {
    private struct State {
        var entries: [ProfileStore.Entry] = []
        var book: ProfileBook
        var faults: [YAMLFault] = []
        var lookedAt: ContinuousClock.Instant?
        /// When the trouble of each was last written down.
        var notedAt: [String: ContinuousClock.Instant] = [:]
    }

    let store: ProfileStore
    private let files: [CameraProfile]
    private let fileFaults: [YAMLFault]
    private let log: Log
    private let clock: WallClock
    private let state: Mutex<State>

    private static let patience = Duration.seconds(5)
    private static let quiet = Duration.seconds(60)

    /// The folders are the operator's, then the shipped one.
    init(store: ProfileStore, folders: [ProfileFolder], log: Log, clock: WallClock) {
        self.store = store
        self.log = log
        self.clock = clock
        files = folders.flatMap(\.profiles)
        fileFaults = folders.flatMap(\.faults)
        state = Mutex(State(book: ProfileBook(files)))
    }

    /// What is left out, with the reason.
    var faults: [YAMLFault] { fileFaults + state.withLock { $0.faults } }

    func book() async throws -> ProfileBook {
        let recent = state.withLock { state in
            state.lookedAt.map { .now - $0 < Self.patience } == true ? state.book : nil
        }
        if let recent { return recent }
        return take(try await store.entries())
    }

    /// Has the next look see what was just changed.
    func forget() {
        state.withLock { state in
            state.lookedAt = nil
            state.notedAt = [:]
        }
    }

    /// Says where people see it on which file patterns took too many steps, of each profile at most once a minute.
    func note(_ troubles: [ProfileTrouble], on filename: String) async {
        for trouble in troubles where isNews(trouble.profile) {
            let filename = PlainText.clean(filename, limit: 200)
            log.warning(
                "a camera profile cannot tell of a file",
                ["profile": .string(trouble.profile), "file": .string(filename), "reason": .string(trouble.reason)]
            )
            do {
                let row = ProfileStore.Trouble(filename: filename, reason: trouble.reason, at: clock.now())
                try await store.note(row, of: trouble.profile)
            } catch {
                log.warning("the trouble of a camera profile was not kept", ["reason": .string("\(error)")])
            }
        }
    }

    private func isNews(_ profile: String) -> Bool {
        state.withLock { state in
            if let at = state.notedAt[profile], .now - at < Self.quiet { return false }
            state.notedAt[profile] = .now
            return true
        }
    }

    private func take(_ entries: [ProfileStore.Entry]) -> ProfileBook {
        state.withLock { state in
            state.lookedAt = .now
            guard entries != state.entries else { return state.book }
            var own: [CameraProfile] = []
            state.faults = []
            for entry in entries {
                do throws(YAMLFault) {
                    own.append(try CameraProfile.read(entry.text, origin: .own, path: entry.name))
                } catch {
                    state.faults.append(error)
                }
            }
            state.entries = entries
            state.book = ProfileBook(own + files)
            return state.book
        }
    }
}

import Core
import Database
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
    }

    let store: ProfileStore
    private let files: [CameraProfile]
    private let fileFaults: [YAMLFault]
    private let state: Mutex<State>

    private static let patience = Duration.seconds(5)

    /// The folders are the operator's, then the shipped one.
    init(store: ProfileStore, folders: [ProfileFolder]) {
        self.store = store
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
    func forget() { state.withLock { $0.lookedAt = nil } }

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

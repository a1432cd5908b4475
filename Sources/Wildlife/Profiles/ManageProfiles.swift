import Accounts
import Core
import Database
import HTTPServer

/// Keeps and removes the profiles that people write on the page.
struct ManageProfiles: Sendable {
    let profiles: CameraProfiles
    let audit: AuditLog
    let clock: WallClock

    private var store: ProfileStore { profiles.store }

    /// - Throws: a 422 that names line, field and reason.
    static func read(_ text: String) throws -> CameraProfile {
        do {
            return try CameraProfile.read(text, origin: .own, path: "profile")
        } catch {
            throw Problem.unprocessable(["body", "profile"], "line \(error.line): \(error.reason)")
        }
    }

    /// - Returns: the profile, and whether it took the place of an earlier one.
    /// - Throws: a 422 for what is no profile, or one that has another name; a 409 when there are too many.
    func keep(_ text: String, as name: String, _ caller: WildlifeCaller) async throws -> (CameraProfile, isNew: Bool) {
        let profile = try Self.read(text)
        guard profile.name == name else {
            throw Problem.unprocessable(
                ["body", "profile"],
                "has the name \(profile.name), and the address says \(name)"
            )
        }
        let entry = ProfileStore.Entry(name: name, text: text, changedAt: clock.now())
        let wasThere = try await store.database.write { tx in
            try await tx.lock("camera profiles")
            let wasThere = try await store.put(entry, in: tx)
            try await store.forgetTrouble(of: name, in: tx)
            guard try await store.count(in: tx) <= ProfileStore.most else {
                throw Problem.conflict(
                    "There are \(ProfileStore.most) profiles: remove one that is not needed any more."
                )
            }
            try await note("camera-profile.kept", name, caller, in: tx)
            return wasThere
        }
        profiles.forget()
        return (profile, !wasThere)
    }

    /// - Throws: a 404 for one that is not in the database, also for those in files.
    func remove(_ name: String, _ caller: WildlifeCaller) async throws {
        try await store.database.write { tx in
            guard try await store.remove(name, in: tx) else {
                throw Problem.notFound("No profile of this name was written here; those in files are changed there.")
            }
            try await store.forgetTrouble(of: name, in: tx)
            try await note("camera-profile.removed", name, caller, in: tx)
        }
        profiles.forget()
    }

    private func note(_ action: String, _ name: String, _ caller: WildlifeCaller, in tx: Transaction) async throws {
        let entry = AuditEntry(action, by: caller, on: "camera profile \(name)")
        try await audit.write(entry, in: tx)
    }
}

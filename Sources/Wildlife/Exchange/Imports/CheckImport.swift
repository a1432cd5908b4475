import Accounts
import Core
import Database

/// Asks before and between the steps of an import whether it may go on: whether whoever sent it still may, and whether the
/// disk has room.
struct CheckImport: Sendable {
    let users: UserStore
    var room: ImportRoom

    /// After it the import sees no more than its owner sees now; one that is nobody's is the operator's.
    ///
    /// - Throws: `ImportFault` that says why it ends here.
    func callAsFunction(_ run: inout ImportRun) async throws {
        if let owner = run.owner { run.reach = try await reach(of: run, owner) }
        guard run.reach != .nothing else { throw Self.closed }
        if try await room.isSpent() {
            throw ImportFault(
                "The server's disk is nearly full: it was stopped. What was taken until then stays; once there is room, the same "
                    + "file sent again goes on from there."
            )
        }
    }

    private static let stays = "it was stopped. What was taken until then stays."
    private static let closed = ImportFault("The account of whoever sent it is closed or suspended: \(stays)")

    private func reach(of run: ImportRun, _ owner: User.ID) async throws -> Reach {
        guard let user = try await users.user(owner), user.state == .active else { throw Self.closed }
        let missing = run.kind.permissions.subtracting(user.role.permissions).map(\.rawValue).sorted()
        guard missing.isEmpty else {
            throw ImportFault(
                "Whoever sent it may not import any more, for want of \(missing.joined(separator: ", ")): \(Self.stays)"
            )
        }
        guard run.kind == .megaDetector || user.reach.sites == nil else {
            throw ImportFault("Whoever sent it does not see all sites any more: \(Self.stays)")
        }
        return run.reach.intersection(user.reach)
    }
}

extension ImportRun.Kind {
    /// A package makes places and pictures and says what they show; what says that nobody is on a picture lifts its veil.
    var permissions: Set<Permission> {
        switch self {
        case .camtrapDP: [.cameras, .upload, .review, .bystanders]
        case .megaDetector: [.cameras, .bystanders]
        }
    }
}

import Accounts
import Core
import Database
import HTTPServer

/// Accepts and dismisses moves of cameras, and takes both back.
struct JudgeMove: Sendable {
    let places: ManagePlaces

    private var propose: ProposeMoves { places.propose }
    private var moves: CameraMoveStore { propose.moves }

    /// Ends the deployment before, begins one at the new place, and gives it the pictures from the first one there on.
    ///
    /// The camera stands there on the map as well.
    /// - Returns: the move, and the site of the new deployment.
    func accept(
        _ id: CameraMove.ID,
        at site: Site.ID?,
        _ caller: WildlifeCaller
    ) async throws -> (move: CameraMove, site: Site.ID?) {
        try await moves.database.write { tx in
            var move = try await open(id, caller, in: tx)
            let camera = try await places.camera(move.camera, visibleIn: caller.reach, in: tx)
            var previous: Deployment?
            if let key = move.previous { previous = try await places.deployment(key, visibleIn: caller.reach, in: tx) }
            let start = move.firstAt
            let endsPrevious = previous.map { $0.endedAt == nil } ?? false
            if let previous, endsPrevious {
                _ = try await places.change(previous.id, caller, in: tx) { $0.endedAt = start }
            }
            let deployment = Deployment(
                id: .next(at: places.clock.now()),
                camera: camera.id,
                site: site ?? previous?.site ?? camera.site,
                location: move.to,
                startedAt: start,
                endedAt: nil,
                notes: ""
            )
            try await places.add(deployment, caller, in: tx)
            try await places.cameras.setLocation(move.to, of: camera.id, in: tx)
            move.state = .accepted
            move.acceptance = .init(
                deployment: deployment.id,
                site: deployment.site,
                endsPrevious: endsPrevious,
                cameraLocation: camera.location
            )
            try await moves.put(move, in: tx)
            try await note("camera-move.accepted", move, caller, in: tx)
            // It may have moved on since.
            try await propose(camera.id, in: tx)
            return (move, deployment.site)
        }
    }

    func dismiss(_ id: CameraMove.ID, _ caller: WildlifeCaller) async throws {
        try await moves.database.write { tx in
            var move = try await open(id, caller, in: tx)
            move.state = .dismissed
            try await moves.put(move, in: tx)
            try await note("camera-move.dismissed", move, caller, in: tx)
            try await propose(move.camera, in: tx)
        }
    }

    /// Makes everything as it was before; what the pictures say then is proposed again.
    ///
    /// - Throws: a 409 when anything of the new deployment was changed since.
    func undo(_ id: CameraMove.ID, _ caller: WildlifeCaller) async throws {
        try await moves.database.write { tx in
            let move = try await visible(id, caller, in: tx)
            switch move.state {
            case .open: throw Problem.conflict("Nobody has said anything of it yet: there is nothing to take back.")
            case .dismissed: try await moves.remove(id, in: tx)
            case .accepted: try await takeBack(move, caller, in: tx)
            }
            try await note("camera-move.undone", move, caller, in: tx)
            try await propose(move.camera, in: tx)
        }
    }

    private func takeBack(_ move: CameraMove, _ caller: WildlifeCaller, in tx: Transaction) async throws {
        guard let acceptance = move.acceptance else { return }
        let latest = try await places.deployments.latest(of: move.camera, in: tx)
        var previous: Deployment?
        if let key = move.previous { previous = try await places.deployment(key, visibleIn: caller.reach, in: tx) }
        guard let latest, latest.id == acceptance.deployment, latest.endedAt == nil, latest.startedAt == move.firstAt,
            latest.location == move.to, latest.site == acceptance.site, latest.notes.isEmpty,
            !acceptance.endsPrevious || previous?.endedAt == move.firstAt
        else {
            throw Problem.conflict("What is known of the new place was changed after that: change it by hand.")
        }
        try await moves.remove(move.id, in: tx)
        try await places.remove(latest.id, caller, in: tx)
        if let previous, acceptance.endsPrevious {
            _ = try await places.change(previous.id, caller, in: tx) { $0.endedAt = nil }
        }
        let camera = try await places.camera(move.camera, visibleIn: caller.reach, in: tx)
        if camera.location == move.to {
            try await places.cameras.setLocation(acceptance.cameraLocation, of: camera.id, in: tx)
        }
    }

    /// With its newest figures, and locked until the transaction ends.
    private func open(_ id: CameraMove.ID, _ caller: WildlifeCaller, in tx: Transaction) async throws -> CameraMove {
        let known = try await visible(id, caller, in: tx)
        guard known.state == .open else { throw Problem.conflict("Somebody has said already what became of this.") }
        try await propose(known.camera, in: tx)
        guard let move = try await moves.move(id, in: tx) else { throw Self.gone }
        return move
    }

    private func visible(_ id: CameraMove.ID, _ caller: WildlifeCaller, in tx: Transaction) async throws -> CameraMove {
        guard let seen = try await moves.move(id, in: tx) else { throw Self.gone }
        try await places.deployments.lock(seen.camera, in: tx)
        guard let move = try await moves.move(id, in: tx),
            let camera = try await places.cameras.camera(move.camera, in: tx), caller.reach.sees(camera.site)
        else { throw Self.gone }
        if let key = move.previous { _ = try await places.deployment(key, visibleIn: caller.reach, in: tx) }
        return move
    }

    private static let gone = Problem.notFound(
        "There is no such move, or none that you see; what a camera's pictures say no more is not proposed any longer."
    )

    private func note(
        _ action: String,
        _ move: CameraMove,
        _ caller: WildlifeCaller,
        in tx: Transaction
    ) async throws {
        let entry = AuditEntry(
            action,
            by: caller,
            on: "camera \(move.camera)",
            new: ["move": "\(move.id)", "first_at": "\(move.firstAt)"]
        )
        try await places.audit.write(entry, in: tx)
    }
}

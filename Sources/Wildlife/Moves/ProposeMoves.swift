import Core
import Database
import JobQueue

/// Proposes that a camera hangs elsewhere, and withdraws it when its pictures say so no more.
struct ProposeMoves: Sendable {
    static let kind = JobKind<Camera.ID>(
        "wildlife.look-for-move",
        JobPolicy(queue: "classification", width: 1, timeLimit: .seconds(120), retries: [.seconds(5), .seconds(60)])
    )

    let moves: CameraMoveStore
    let cameras: CameraStore
    let deployments: DeploymentStore
    let queue: JobQueue
    let spot: SpotMove
    let clock: WallClock

    /// Pictures come many at once: one look is for all of them.
    private static let pause = Duration.seconds(2)
    /// A clock may be wrong by so much and still tell when a camera moved.
    private static let ahead = Duration.seconds(86_400)

    /// Has the camera looked at if its picture tells of another place, or could end a proposal; the camera's row is locked.
    func heard(_ image: TrapImage, _ placed: PlaceImage.Placed, in tx: Transaction) async throws {
        guard let point = image.location, let camera = placed.camera, image.timeSource != .arrival else { return }
        if let home = placed.deployment.map({ $0.location ?? camera.location }) ?? nil, spot.isNear(home, point),
            try await moves.open(of: camera.id, in: tx) == nil
        {
            return
        }
        try await order(camera.id, in: tx)
    }

    /// Has a camera looked at soon, once, however often it is ordered until then.
    func order(_ camera: Camera.ID, in tx: Transaction) async throws {
        guard try await cameras.setMoveDue(camera, in: tx) else { return }
        try await queue.enqueue(Self.kind, camera, after: Self.pause, in: tx)
    }

    /// The job of one camera.
    func look(_ camera: Camera.ID) async throws {
        try await moves.database.write { tx in try await callAsFunction(camera, in: tx) }
    }

    /// Whoever changes deployments of a camera holds this, before anything else of the camera.
    func lock(_ camera: Camera.ID, in tx: Transaction) async throws { try await tx.lock("deployments of \(camera)") }

    /// Makes the proposal what the pictures say now: a new one, the same with its newest figures, or none.
    func callAsFunction(_ camera: Camera.ID, in tx: Transaction) async throws {
        try await lock(camera, in: tx)
        try await cameras.clearMoveDue(camera, in: tx)
        let open = try await moves.open(of: camera, in: tx)
        guard var found = try await find(camera, in: tx) else {
            if let open { try await moves.remove(open.id, in: tx) }
            return
        }
        if let open, open.previous == found.previous, spot.isNear(open.to, found.to) {
            found = CameraMove(found, keeping: open)
        } else if let open {
            try await moves.remove(open.id, in: tx)
        }
        try await moves.put(found, in: tx)
    }

    private func find(_ id: Camera.ID, in tx: Transaction) async throws -> CameraMove? {
        guard let camera = try await cameras.camera(id, in: tx) else { return nil }
        let latest = try await deployments.latest(of: id, in: tx)
        let home = latest.map { $0.location ?? camera.location } ?? nil
        // Nobody said where, so nobody can say that it is elsewhere.
        if latest != nil, home == nil { return nil }
        let since = latest.map { $0.endedAt ?? $0.startedAt }
        let now = clock.now()
        let fixes = try await moves.fixes(of: id, after: since, until: now + Self.ahead, in: tx)
        guard fixes.count >= SpotMove.agreement else { return nil }
        let dismissed = try await moves.dismissed(of: id, latest?.id, in: tx)
        var stale: GeoPoint?
        if let since { stale = try await moves.lastFix(of: id, until: since, in: tx) }
        guard let place = spot(fixes, known: dismissed + [home].compactMap(\.self), stale: stale) else { return nil }
        return CameraMove(
            id: .next(at: now),
            camera: id,
            state: .open,
            previous: latest?.id,
            from: home ?? camera.location.flatMap { spot.isNear($0, place.point) ? nil : $0 },
            to: place.point,
            firstAt: place.firstAt,
            lastAt: place.lastAt,
            images: place.images,
            createdAt: now
        )
    }
}

extension CameraMove {
    /// With a key that whoever looks at it may have.
    fileprivate init(_ found: CameraMove, keeping open: CameraMove) {
        self.init(
            id: open.id,
            camera: open.camera,
            state: open.state,
            previous: open.previous,
            from: found.from,
            to: found.to,
            firstAt: found.firstAt,
            lastAt: found.lastAt,
            images: found.images,
            createdAt: open.createdAt
        )
    }
}

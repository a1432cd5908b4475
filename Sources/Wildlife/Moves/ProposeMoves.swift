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
    /// Where a move is proposed already, its figures alone change.
    private static let longPause = Duration.seconds(10)
    /// A clock may be wrong by so much and still tell when a camera moved.
    private static let ahead = Duration.seconds(86_400)

    /// Has the camera looked at if its picture tells of another place, or could end a proposal; the camera's row is locked.
    func heard(_ image: TrapImage, _ placed: PlaceImage.Placed, in tx: Transaction) async throws {
        guard let point = image.location, let camera = placed.camera, image.timeSource != .arrival else { return }
        let isOpen = try await moves.open(of: camera.id, in: tx) != nil
        if !isOpen {
            let home = placed.deployment.map { $0.location ?? camera.location } ?? nil
            if let home, spot.isNear(home, point) { return }
            let dismissed = try await moves.dismissed(of: camera.id, placed.deployment?.id, in: tx)
            if dismissed.contains(where: { spot.isNear($0, point) }) { return }
        }
        try await order(camera.id, after: isOpen ? Self.longPause : Self.pause, in: tx)
    }

    /// Has a camera looked at soon, once, however often it is ordered until then.
    func order(_ camera: Camera.ID, after pause: Duration = pause, in tx: Transaction) async throws {
        guard try await cameras.setMoveDue(camera, in: tx) else { return }
        try await queue.enqueue(Self.kind, camera, after: pause, in: tx)
    }

    /// The job of one camera; nobody who writes waits for it where nothing is new.
    func look(_ camera: Camera.ID) async throws {
        // First, so that a picture that comes during the look orders the next one.
        try await moves.database.write { tx in try await cameras.clearMoveDue(camera, in: tx) }
        let isSame = try await moves.database.read { reader in
            let open = try await moves.open(of: camera, in: reader)
            return try await find(camera, instead: open, in: reader) == open
        }
        guard !isSame else { return }
        try await moves.database.write { tx in try await callAsFunction(camera, in: tx) }
    }

    /// Makes the proposal what the pictures say now: a new one, the same with its newest figures, or none.
    func callAsFunction(_ camera: Camera.ID, in tx: Transaction) async throws {
        try await deployments.lock(camera, in: tx)
        try await cameras.clearMoveDue(camera, in: tx)
        let open = try await moves.open(of: camera, in: tx)
        let found = try await find(camera, instead: open, in: tx)
        if let open, open.id != found?.id { try await moves.remove(open.id, in: tx) }
        if let found { try await moves.put(found, in: tx) }
    }

    /// What is to be proposed; with the key of `open` where that is the same move.
    private func find(
        _ id: Camera.ID,
        instead open: CameraMove?,
        in reader: DatabaseReader
    ) async throws -> CameraMove? {
        guard let camera = try await cameras.camera(id, in: reader) else { return nil }
        let latest = try await deployments.latest(of: id, in: reader)
        let home = latest.map { $0.location ?? camera.location } ?? nil
        // Nobody said where, so nobody can say that it is elsewhere.
        if latest != nil, home == nil { return nil }
        let since = latest.map { $0.endedAt ?? $0.startedAt }
        let now = clock.now()
        let fixes = try await moves.fixes(of: id, after: since, until: now + Self.ahead, in: reader)
        guard let earliest = fixes.first, fixes.count >= SpotMove.agreement else { return nil }
        let dismissed = try await moves.dismissed(of: id, latest?.id, in: reader)
        var stale: GeoPoint?
        if let since { stale = try await moves.lastFix(of: id, until: since, in: reader) }
        guard let place = spot(fixes, known: dismissed + [home].compactMap(\.self), stale: stale) else { return nil }
        let same = open.flatMap { $0.previous == latest?.id && spot.isNear($0.to, place.point) ? $0 : nil }
        // Of what was not read again the proposal knows since it was made.
        let older =
            fixes.count == CameraMoveStore.mostFixes ? same.flatMap { $0.firstAt < earliest.at ? $0 : nil } : nil
        return CameraMove(
            id: same?.id ?? .next(at: now),
            camera: id,
            state: .open,
            previous: latest?.id,
            from: home ?? camera.location.flatMap { spot.isNear($0, place.point) ? nil : $0 },
            to: place.point,
            firstAt: older?.firstAt ?? place.firstAt,
            lastAt: place.lastAt,
            images: max(older?.images ?? 0, place.images),
            createdAt: same?.createdAt ?? now
        )
    }
}

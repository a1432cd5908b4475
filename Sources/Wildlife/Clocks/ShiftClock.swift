import Accounts
import Core
import Database
import HTTPServer

/// Corrects the times of pictures whose camera had a wrong date or a wrong hour, and takes it back.
struct ShiftClock: Sendable {
    let shifts: ClockShiftStore
    let places: ManagePlaces

    /// What a shift would move, without moving it.
    func preview(_ span: ClockShift.Span, _ caller: WildlifeCaller) async throws -> ClockShift.Preview {
        try await shifts.database.read { reader in
            _ = try await places.camera(span.camera, visibleIn: caller.reach, in: reader)
            return try await shifts.preview(span, in: reader)
        }
    }

    /// Moves the pictures; those that come to lie in another deployment then belong to it.
    ///
    /// - Throws: a 409 when there is none to move.
    func callAsFunction(_ span: ClockShift.Span, seconds: Int, _ caller: WildlifeCaller) async throws -> ClockShift {
        let now = places.clock.now()
        return try await shifts.database.write { tx in
            let camera = try await lock(span.camera, caller, in: tx)
            let count = try await shifts.preview(span, in: tx).images
            guard count > 0 else {
                throw Problem.conflict("The camera's clock dated none of its pictures in this time.")
            }
            let shift = ClockShift(
                id: .next(at: now),
                camera: camera.id,
                seconds: seconds,
                images: count,
                createdAt: now
            )
            try await shifts.apply(shift, to: span, in: tx)
            try await redeploy(camera, in: tx)
            try await note("clock.shifted", shift, caller, in: tx)
            return shift
        }
    }

    func undo(_ id: ClockShift.ID, _ caller: WildlifeCaller) async throws {
        try await shifts.database.write { tx in
            guard let shift = try await shifts.shift(id, in: tx) else {
                throw Problem.notFound("There is no such correction; it may have been taken back already.")
            }
            let camera = try await lock(shift.camera, caller, in: tx)
            try await shifts.undo(shift, in: tx)
            try await redeploy(camera, in: tx)
            try await note("clock.shift-undone", shift, caller, in: tx)
        }
    }

    private func lock(_ id: Camera.ID, _ caller: WildlifeCaller, in tx: Transaction) async throws -> Camera {
        try await places.deployments.lock(id, in: tx)
        return try await places.camera(id, visibleIn: caller.reach, in: tx)
    }

    private func redeploy(_ camera: Camera, in tx: Transaction) async throws {
        for deployment in try await places.deployments.all(of: camera.id, in: tx) {
            try await places.deployments.letGo(deployment.id, in: tx)
        }
        for deployment in try await places.deployments.all(of: camera.id, in: tx) {
            try await places.deployments.adopt(deployment, within: .everything, in: tx)
        }
        try await places.cameras.refreshLastImage(of: camera.id, in: tx)
        try await places.propose(camera.id, in: tx)
    }

    private func note(
        _ action: String,
        _ shift: ClockShift,
        _ caller: WildlifeCaller,
        in tx: Transaction
    ) async throws {
        let entry = AuditEntry(
            action,
            by: caller,
            on: "camera \(shift.camera)",
            new: ["seconds": "\(shift.seconds)", "images": "\(shift.images)"]
        )
        try await places.audit.write(entry, in: tx)
    }
}

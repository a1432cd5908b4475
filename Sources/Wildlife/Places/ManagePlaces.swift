import Accounts
import Core
import Database
import HTTPServer

/// Adds, changes and removes sites, cameras and deployments.
struct ManagePlaces: Sendable {
    let sites: SiteStore
    let cameras: CameraStore
    let deployments: DeploymentStore
    let propose: ProposeMoves
    let audit: AuditLog
    let clock: WallClock

    private var database: Database { sites.database }

    // MARK: Sites

    func add(_ site: Site, _ caller: WildlifeCaller) async throws {
        try await Self.naming("name", "another site is called so") {
            try await database.write { tx in
                guard caller.reach.sites == nil else {
                    throw Problem.forbidden("Only who sees all sites adds one.")
                }
                try await sites.insert(site, in: tx)
                try await note("site.added", "site \(site.id)", caller, in: tx)
            }
        }
    }

    func change(_ id: Site.ID, _ caller: WildlifeCaller, _ edit: @Sendable (inout Site) -> Void) async throws -> Site {
        try await Self.naming("name", "another site is called so") {
            try await database.write { tx in
                var site = try await site(id, visibleIn: caller.reach, in: tx)
                edit(&site)
                try await sites.update(site, in: tx)
                try await note("site.changed", "site \(id)", caller, in: tx)
                return site
            }
        }
    }

    func remove(_ id: Site.ID, _ caller: WildlifeCaller) async throws {
        try await database.write { tx in
            _ = try await site(id, visibleIn: caller.reach, in: tx)
            guard try await sites.remove(id, in: tx) else {
                throw Problem.conflict(
                    "Cameras, deployments or pictures belong to this site: it stays as long as they do."
                )
            }
            try await note("site.removed", "site \(id)", caller, in: tx)
        }
    }

    func site(_ id: Site.ID, visibleIn reach: Reach, in reader: DatabaseReader) async throws -> Site {
        guard reach.sees(id), let site = try await sites.site(id, in: reader) else {
            throw Problem.notFound("There is no site with this key, or none that you see.")
        }
        return site
    }

    // MARK: Cameras

    func add(_ camera: Camera, _ caller: WildlifeCaller) async throws {
        try await Self.naming("code", "another camera has this code") {
            try await database.write { tx in
                try await check(camera.site, caller, in: tx)
                try await cameras.insert(camera, in: tx)
                try await note("camera.added", "camera \(camera.id)", caller, in: tx)
            }
        }
    }

    func change(
        _ id: Camera.ID,
        _ caller: WildlifeCaller,
        _ edit: @Sendable (inout Camera) -> Void
    ) async throws -> Camera {
        try await database.write { tx in
            try await deployments.lock(id, in: tx)
            let earlier = try await camera(id, visibleIn: caller.reach, in: tx)
            var camera = earlier
            edit(&camera)
            try await check(camera.site, caller, in: tx)
            try await cameras.update(camera, in: tx)
            if camera.site != earlier.site { try await cameras.adoptLoosePictures(camera, in: tx) }
            if camera.location != earlier.location { try await propose(id, in: tx) }
            try await note("camera.changed", "camera \(id)", caller, in: tx)
            return camera
        }
    }

    func remove(_ id: Camera.ID, _ caller: WildlifeCaller) async throws {
        try await database.write { tx in
            _ = try await camera(id, visibleIn: caller.reach, in: tx)
            guard try await cameras.remove(id, in: tx) else {
                throw Problem.conflict("This camera has pictures or deployments: it stays as long as they do.")
            }
            try await note("camera.removed", "camera \(id)", caller, in: tx)
        }
    }

    func camera(_ id: Camera.ID, visibleIn reach: Reach, in reader: DatabaseReader) async throws -> Camera {
        guard let camera = try await cameras.camera(id, in: reader), reach.sees(camera.site) else {
            throw Problem.notFound("There is no camera with this key, or none that you see.")
        }
        return camera
    }

    // MARK: Deployments

    /// The camera's pictures of that time become those of the deployment.
    func add(_ deployment: Deployment, _ caller: WildlifeCaller) async throws {
        try await database.write { tx in
            try await add(deployment, caller, in: tx)
            try await propose(deployment.camera, in: tx)
        }
    }

    func add(_ deployment: Deployment, _ caller: WildlifeCaller, in tx: Transaction) async throws {
        _ = try await camera(deployment.camera, visibleIn: caller.reach, in: tx)
        try await check(deployment, caller, in: tx)
        try await deployments.insert(deployment, in: tx)
        try await deployments.adopt(deployment, within: caller.reach, in: tx)
        try await note("deployment.added", "deployment \(deployment.id)", caller, in: tx)
    }

    func change(
        _ id: Deployment.ID,
        _ caller: WildlifeCaller,
        _ edit: @Sendable (inout Deployment) -> Void
    ) async throws -> Deployment {
        try await database.write { tx in
            let deployment = try await change(id, caller, in: tx, edit)
            try await propose(deployment.camera, in: tx)
            return deployment
        }
    }

    func change(
        _ id: Deployment.ID,
        _ caller: WildlifeCaller,
        in tx: Transaction,
        _ edit: @Sendable (inout Deployment) -> Void
    ) async throws -> Deployment {
        var deployment = try await deployment(id, visibleIn: caller.reach, in: tx)
        _ = try await camera(deployment.camera, visibleIn: caller.reach, in: tx)
        edit(&deployment)
        try await check(deployment, caller, in: tx)
        try await deployments.update(deployment, in: tx)
        try await deployments.letGo(id, in: tx)
        try await deployments.adopt(deployment, within: caller.reach, in: tx)
        try await note("deployment.changed", "deployment \(id)", caller, in: tx)
        return deployment
    }

    func remove(_ id: Deployment.ID, _ caller: WildlifeCaller) async throws {
        try await database.write { tx in
            let camera = try await remove(id, caller, in: tx)
            try await propose(camera, in: tx)
        }
    }

    @discardableResult
    func remove(_ id: Deployment.ID, _ caller: WildlifeCaller, in tx: Transaction) async throws -> Camera.ID {
        let deployment = try await deployment(id, visibleIn: caller.reach, in: tx)
        _ = try await camera(deployment.camera, visibleIn: caller.reach, in: tx)
        try await deployments.lock(deployment.camera, in: tx)
        try await deployments.letGo(id, in: tx)
        try await deployments.remove(id, in: tx)
        try await note("deployment.removed", "deployment \(id)", caller, in: tx)
        return deployment.camera
    }

    func deployment(
        _ id: Deployment.ID,
        visibleIn reach: Reach,
        in reader: DatabaseReader
    ) async throws -> Deployment {
        guard let deployment = try await deployments.deployment(id, in: reader), reach.sees(deployment.site) else {
            throw Problem.notFound("There is no deployment with this key, or none that you see.")
        }
        return deployment
    }

    private func check(_ deployment: Deployment, _ caller: WildlifeCaller, in tx: Transaction) async throws {
        try await deployments.lock(deployment.camera, in: tx)
        try await check(deployment.site, caller, in: tx)
        if let end = deployment.endedAt, end <= deployment.startedAt {
            throw Problem.unprocessable(["body", "ended_at"], "is not after started_at")
        }
        if let other = try await deployments.overlapping(deployment, in: tx) {
            throw Problem.conflict(
                "The camera hung elsewhere in some of this time: its deployment from \(other.startedAt) "
                    + (other.endedAt.map { "to \($0)" } ?? "has no end") + "."
            )
        }
    }

    // MARK: What all of them need

    private func check(_ site: Site.ID?, _ caller: WildlifeCaller, in tx: Transaction) async throws {
        guard let site else {
            guard caller.reach.sites == nil else {
                throw Problem.unprocessable(["body", "site_id"], "is missing: you look after certain sites alone")
            }
            return
        }
        guard caller.reach.sees(site), try await sites.site(site, in: tx) != nil else {
            throw Problem.unprocessable(["body", "site_id"], "is no site that you see")
        }
    }

    private func note(_ action: String, _ subject: String, _ caller: WildlifeCaller, in tx: Transaction) async throws {
        try await audit.write(AuditEntry(action, by: caller, on: subject), in: tx)
    }

    /// A name that is taken is the client's to change.
    private static func naming<Value>(
        _ field: String,
        _ message: String,
        _ body: () async throws -> Value
    ) async throws
        -> Value
    {
        do {
            return try await body()
        } catch let fault as DatabaseFault where fault.constraint?.kind == .unique {
            throw Problem.unprocessable(["body", field], message, type: "taken")
        }
    }
}

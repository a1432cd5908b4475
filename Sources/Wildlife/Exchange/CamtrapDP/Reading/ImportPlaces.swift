import HTTPServer
import Accounts
import Core
import Database

/// Makes sites, cameras and deployments of the rows of a package; what was made before is passed over.
struct ImportPlaces: Sendable {
    let staged: StagedTables
    let origins: OriginStore
    let places: ManagePlaces
    let zone: LocalZone

    /// Cameras that are tried for one deployment.
    private static let mostOfOneName = 100
    private static let file = CamtrapTable.Name.deployments.file

    func callAsFunction(_ place: StagedTables.Place, _ run: ImportRun, _ report: inout ImportReport) async throws {
        let span = try await staged.span(ofDeployment: place.givenID, in: run.id)
        let times = times(of: place, span, &report)
        let before = report
        report = try await staged.database.write { tx in
            var report = before
            if let known = try await known(place, run, in: tx) {
                if let deployment = known.deployment {
                    try await origins.setPackage(run.package, of: deployment, in: tx)
                }
                try await staged.settle(
                    place,
                    .known,
                    deployment: known.deployment,
                    camera: known.camera.code,
                    of: run.id,
                    in: tx
                )
            } else {
                try await make(place, times, run, &report, in: tx)
            }
            return report
        }
    }

    /// From when until when it hung there; `nil` where nothing tells.
    private func times(
        of place: StagedTables.Place,
        _ span: (first: Timestamp, last: Timestamp)?,
        _ report: inout ImportReport
    ) -> (start: Timestamp, end: Timestamp)? {
        func time(_ field: String, _ substitute: Timestamp?) -> Timestamp? {
            if let moment = place.fields[field].flatMap({ Timestamp($0) }) { return moment }
            if substitute != nil {
                report.tell(Self.file, place.line, field, "there is none", "the time of its pictures counts")
            }
            return substitute
        }
        guard let start = time("deploymentStart", span?.first), let end = time("deploymentEnd", span?.last) else {
            return nil
        }
        if end < start {
            report.tell(
                Self.file,
                place.line,
                "deploymentEnd",
                "it lies before deploymentStart",
                "the deployment ends with its last picture"
            )
        }
        let last = end < start ? max(start, span?.last ?? start) : end
        // Our deployments end before their end, those of the standard with it.
        return (start, last == start || span?.last == last ? last + .seconds(1) : last)
    }

    private func known(
        _ place: StagedTables.Place,
        _ run: ImportRun,
        in tx: Transaction
    ) async throws -> (deployment: Deployment.ID?, camera: Camera)? {
        var deployment: Deployment?
        if let id = try await origins.deployment(GivenName(place.givenID, in: run.dataset), in: tx) {
            deployment = try await places.deployments.deployment(id, in: tx)
        } else if let key = GivenName.key(in: place.givenID) {
            deployment = try await places.deployments.deployment(.init(key), in: tx)
            // A camera without deployments goes out as one.
            if deployment == nil, let camera = try await places.cameras.camera(.init(key), in: tx) {
                return (nil, camera)
            }
        }
        guard let deployment, let camera = try await places.cameras.camera(deployment.camera, in: tx) else {
            return nil
        }
        return (deployment.id, camera)
    }

    private func make(
        _ place: StagedTables.Place,
        _ times: (start: Timestamp, end: Timestamp)?,
        _ run: ImportRun,
        _ report: inout ImportReport,
        in tx: Transaction
    ) async throws {
        let location = Self.location(place, &report)
        let site = try await site(place, location, in: tx)
        var camera = try await camera(place, &report, in: tx)
        var deployment: Deployment?
        if let times {
            var made = Deployment(
                id: .next(at: places.clock.now()),
                camera: camera.id,
                site: site?.id,
                location: location,
                startedAt: times.start,
                endedAt: times.end,
                notes: PlainText.clean(place.fields["deploymentComments"] ?? "", limit: 2_000)
            )
            camera = try await free(camera, for: made, place, &report, in: tx)
            made = Deployment(made, of: camera.id)
            try await places.deployments.insert(made, in: tx)
            try await places.deployments.adopt(made, within: .everything, in: tx)
            try await origins.insert(GivenName(place.givenID, in: run.dataset), place.fields, of: made.id, in: tx)
            try await origins.setPackage(run.package, of: made.id, in: tx)
            let entry = AuditEntry("deployment.added", by: run.caller, on: "deployment \(made.id)")
            try await places.audit.write(entry, in: tx)
            try await places.propose.order(camera.id, in: tx)
            deployment = made
        } else {
            report.tell(
                Self.file,
                place.line,
                "deploymentStart",
                "neither the row nor a picture says when it was",
                "its camera was made, and no deployment"
            )
        }
        try await staged.settle(place, .taken, deployment: deployment?.id, camera: camera.code, of: run.id, in: tx)
    }

    private static func location(_ place: StagedTables.Place, _ report: inout ImportReport) -> GeoPoint? {
        let point = GeoPoint(
            place.fields["latitude"].flatMap { Double($0) },
            place.fields["longitude"].flatMap { Double($0) }
        )
        if point == nil {
            report.tell(file, place.line, "latitude", "the row has no place", "the deployment has none either")
        }
        return point
    }

    private func site(_ place: StagedTables.Place, _ location: GeoPoint?, in tx: Transaction) async throws -> Site? {
        let name = PlainText.clean(place.fields["locationName"] ?? place.fields["locationID"] ?? "", limit: 100)
        guard !name.isEmpty else { return nil }
        try await tx.lock("site \(name)")
        if let known = try await places.sites.site(name: name, in: tx) { return known }
        let now = places.clock.now()
        let site = Site(id: .next(at: now), name: name, location: location, createdAt: now)
        try await places.sites.insert(site, in: tx)
        return site
    }

    private func camera(
        _ place: StagedTables.Place,
        _ report: inout ImportReport,
        in tx: Transaction
    ) async throws -> Camera {
        let given = place.fields["cameraID"]
        if given == nil {
            report.tell(Self.file, place.line, "cameraID", "there is none", "the camera is called like the deployment")
        }
        let name = given ?? place.givenID
        let code =
            Camera.isCode(name)
            ? name : Camera.code(from: name) ?? "camera-\("\(SHA256(of: Array(name.utf8)))".prefix(16))"
        if given != nil, code != name {
            report.tell(
                Self.file,
                place.line,
                "cameraID",
                "it has signs that a code has not",
                "it was taken as \(code)"
            )
        }
        return try await camera(code, name: name, place, in: tx)
    }

    private func camera(
        _ code: String,
        name: String,
        _ place: StagedTables.Place,
        in tx: Transaction
    ) async throws -> Camera {
        try await tx.lock("camera \(code)")
        if let known = try await places.cameras.camera(code: code, in: tx) { return known }
        let now = places.clock.now()
        let camera = Camera(
            id: .next(at: now),
            code: code,
            name: PlainText.clean(name, limit: 100),
            site: nil,
            location: nil,
            zone: zone,
            make: nil,
            model: place.fields["cameraModel"].map { PlainText.clean($0, limit: 100) },
            serial: nil,
            createdAt: now,
            lastContactAt: nil,
            lastImageAt: nil,
            imageCount: 0
        )
        try await places.cameras.insert(camera, in: tx)
        return camera
    }

    /// Two deployments at once cannot be of one camera, whatever it is called: the later row has a camera of its own, called
    /// by both names, and numbered where that one hung elsewhere too.
    private func free(
        _ named: Camera,
        for deployment: Deployment,
        _ place: StagedTables.Place,
        _ report: inout ImportReport,
        in tx: Transaction
    ) async throws -> Camera {
        if try await isFree(named, for: deployment, in: tx) { return named }
        for number in 1...Self.mostOfOneName {
            guard let code = Camera.code(from: named.code, place.givenID, number == 1 ? nil : "\(number)") else {
                break
            }
            let camera = try await camera(code, name: named.name, place, in: tx)
            guard try await isFree(camera, for: deployment, in: tx) else { continue }
            report.tell(
                Self.file,
                place.line,
                "cameraID",
                "the camera \(named.code) hung elsewhere in some of this time",
                "the deployment has a camera of its own, \(code)"
            )
            return camera
        }
        throw ImportFault(
            "\(Self.file), row \(place.line): its camera and \(Self.mostOfOneName) others that are called like it hung elsewhere "
                + "in some of this time. Change cameraID there, and send the package once more."
        )
    }

    private func isFree(_ camera: Camera, for deployment: Deployment, in tx: Transaction) async throws -> Bool {
        try await places.deployments.lock(camera.id, in: tx)
        return try await places.deployments.overlapping(Deployment(deployment, of: camera.id), in: tx) == nil
    }
}

extension Deployment {
    fileprivate init(_ other: Deployment, of camera: Camera.ID) {
        self.init(
            id: other.id,
            camera: camera,
            site: other.site,
            location: other.location,
            startedAt: other.startedAt,
            endedAt: other.endedAt,
            notes: other.notes
        )
    }
}

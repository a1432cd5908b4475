import Accounts
import Core
import Database
import FoundationEssentials
import HTTPServer
import JobQueue
import ObjectStore

/// All that takes files from elsewhere in: for the server its calls and its work, for commands a way without either.
package struct Imports: Sendable {
    /// What can be taken in.
    package enum Kind: String, CaseIterable, Sendable {
        case camtrapDP = "camtrap-dp"
        case megaDetector = "megadetector"
    }

    /// How far it is, and what came of it.
    package struct Outcome: Codable, Sendable {
        package let state: String
        package let step: String
        package let done: Int
        package let total: Int
        package let cause: String?
        package let deployments: Int
        package let knownDeployments: Int
        package let pictures: Int
        package let knownPictures: Int
        package let missingPictures: Int
        package let toldPictures: Int
    }

    /// A line of the report.
    package struct Note: Codable, Sendable {
        package let file: String
        package let row: Int
        package let field: String
        package let problem: String
        package let done: String
    }

    let accept: AcceptImport
    let run: RunImport
    let store: ImportStore
    let jobs: [JobHandler]
    let forgetArrivals: any Service
    let clear: ClearImport
    let routes: [Route]

    init(
        users: UserStore,
        places: ManagePlaces,
        receive: ReceiveImage,
        reviews: ReviewStore,
        settle: SettleImage,
        give: GiveFindings,
        queue: JobQueue,
        spool: VideoSpool,
        byteLimit: Int,
        threshold: Double,
        spoolFolder: String,
        log: Log
    ) {
        let database = places.sites.database
        let store = ImportStore(database: database)
        let staged = StagedTables(database: database)
        let origins = OriginStore()
        let zone = receive.place.zone
        let room = ImportRoom(store: store, objects: receive.objects, clock: places.clock)
        let check = CheckImport(users: users, room: room)
        let clear = ClearImport(store: store, staged: staged, queue: queue, objects: receive.objects)
        let accept = AcceptImport(
            store: store,
            room: room,
            clear: clear,
            queue: queue,
            objects: receive.objects,
            audit: places.audit,
            clock: places.clock
        )
        let run = RunImport(
            store: store,
            check: check,
            clear: clear,
            camtrap: ImportCamtrapDP(
                store: store,
                staged: staged,
                check: check,
                stage: StageCamtrapDP(
                    store: store,
                    staged: staged,
                    origins: origins,
                    check: check,
                    clear: clear,
                    zone: zone
                ),
                places: ImportPlaces(staged: staged, origins: origins, places: places, zone: zone),
                pictures: ImportPictures(
                    store: store,
                    staged: staged,
                    origins: origins,
                    check: check,
                    receive: receive,
                    spool: spool,
                    byteLimit: byteLimit
                ),
                observations: ImportObservations(
                    store: store,
                    staged: staged,
                    origins: origins,
                    check: check,
                    images: receive.images,
                    reviews: reviews,
                    give: give,
                    settle: settle,
                    clock: places.clock
                )
            ),
            megaDetector: ImportMegaDetector(
                store: store,
                check: check,
                images: receive.images,
                findings: settle.findings,
                reviews: reviews,
                origins: origins,
                match: MatchPicture(images: receive.images),
                give: give,
                settle: settle,
                threshold: threshold
            ),
            objects: receive.objects,
            audit: places.audit,
            clock: places.clock,
            spoolFolder: spoolFolder
        )
        self.accept = accept
        self.run = run
        self.store = store
        routes = ImportRoutes(accept: accept, store: store, origins: origins).all
        self.clear = clear
        forgetArrivals = ForgetArrivals(room: room, objects: receive.objects, log: log)
        jobs = [
            JobHandler(
                RunImport.kind,
                giveUp: { id, cause, tx in try await run.giveUp(id, cause, in: tx) },
                { id, job in try await run(id, job) }
            ), JobHandler(ClearImport.kind) { id, _ in try await clear(id) },
        ]
    }

    /// Takes a file of this machine in; `progress` hears how far it is, now and then.
    ///
    /// - Throws: what stops all of it; what was taken until then stays, and the same call goes on from there.
    package func callAsFunction(
        _ kind: Kind,
        file: String,
        progress: @escaping @Sendable (Outcome) -> Void,
        tell: (Note) -> Void
    ) async throws -> Outcome {
        let bytes = try FileStatus(of: file, followingLinks: true).size
        let name = file.split(separator: "/").last.map(String.init) ?? file
        let caller = WildlifeCaller(name: "command line", user: nil, reach: .everything, origin: .command)
        let made = try await accept.local(.init(kind), name, bytes: Int(bytes), caller)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    while true {
                        try await Task.sleep(for: .milliseconds(300))
                        if let now = try await outcome(of: made.id) { progress(now) }
                    }
                }
                group.addTask { try await run(made.id, file: file) }
                // The one that watches never ends by itself.
                _ = try await group.next()
                group.cancelAll()
            }
        } catch {
            let cause = error is CancellationError ? "It was stopped." : "\(error)"
            await uncancelled { [run, store] in
                try? await store.database.write { tx in try await run.giveUp(made.id, cause, in: tx) }
            }
            throw error
        }
        try await clear(made.id)
        var place: PagePlace?
        repeat {
            let page = try await store.notes(of: made.id, after: place, limit: 500)
            for note in page.notes { tell(Note(note)) }
            place = page.next
        } while place != nil
        guard let outcome = try await outcome(of: made.id) else { throw ImportRemoved() }
        return outcome
    }

    private func outcome(of id: ImportRun.ID) async throws -> Outcome? {
        try await store.database.read { try await store.run(id, in: $0) }.map(Outcome.init)
    }
}

extension Imports.Outcome {
    fileprivate init(_ run: ImportRun) {
        self.init(
            state: run.state.rawValue,
            step: run.step.rawValue,
            done: run.done,
            total: run.total,
            cause: run.cause,
            deployments: run.counts.deployments,
            knownDeployments: run.counts.knownDeployments,
            pictures: run.counts.pictures,
            knownPictures: run.counts.knownPictures,
            missingPictures: run.counts.missingPictures,
            toldPictures: run.counts.toldPictures
        )
    }
}

extension Imports.Note {
    fileprivate init(_ note: ImportNote) {
        self.init(file: note.file, row: note.line, field: note.field, problem: note.problem, done: note.outcome)
    }
}

extension ImportRun.Kind {
    fileprivate init(_ kind: Imports.Kind) {
        switch kind {
        case .camtrapDP: self = .camtrapDP
        case .megaDetector: self = .megaDetector
        }
    }
}

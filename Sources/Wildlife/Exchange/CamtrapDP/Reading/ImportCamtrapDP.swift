import Archive
import Core
import Database

/// Takes a Camtrap DP package in, step by step; begun again it goes on where it was, and what is here is passed over.
struct ImportCamtrapDP: Sendable {
    let store: ImportStore
    let staged: StagedTables
    let check: CheckImport
    let stage: StageCamtrapDP
    let places: ImportPlaces
    let pictures: ImportPictures
    let observations: ImportObservations

    private static let atOnce = 100

    func callAsFunction(
        _ run: inout ImportRun,
        _ report: inout ImportReport,
        open: () async throws -> ZipReader
    ) async throws {
        if run.step == .reading { try await stage(&run, &report, open: open) }
        if run.step == .places {
            while case let rows = try await staged.waitingPlaces(of: run.id, limit: Self.atOnce), !rows.isEmpty {
                try await check(&run)
                for row in rows { try await places(row, run, &report) }
            }
            try await endPlaces(&run, &report)
        }
        if run.step == .pictures {
            try await pictures(&run, &report, open: open)
            try await enter(.observations, &run, &report, total: run.counts.pictures + run.counts.knownPictures)
        }
        if run.step == .observations { try await observations(&run, &report) }
    }

    private func endPlaces(_ run: inout ImportRun, _ report: inout ImportReport) async throws {
        let id = run.id
        let (made, known, media) = try await store.database.read { reader in
            (
                try await staged.count("import_deployment", .taken, of: id, in: reader),
                try await staged.count("import_deployment", .known, of: id, in: reader),
                try await staged.count("import_media", of: id, in: reader)
            )
        }
        (run.counts.deployments, run.counts.knownDeployments) = (made, known)
        try await enter(.pictures, &run, &report, total: media)
    }

    private func enter(
        _ step: ImportRun.Step,
        _ run: inout ImportRun,
        _ report: inout ImportReport,
        total: Int
    ) async throws {
        run.step = step
        (run.done, run.total) = (0, total)
        let (now, notes) = (run, report.taken())
        try await store.database.write { tx in
            try await store.add(notes, to: now.id, in: tx)
            try await store.update(now, in: tx)
        }
    }
}

import HTTPServer
import Core
import Database
import FoundationEssentials
import ObjectStore

/// Puts what MegaDetector found in the place of what the detector here did, for pictures of which no person has spoken.
struct ImportMegaDetector: Sendable {
    let store: ImportStore
    let check: CheckImport
    let images: ImageStore
    let findings: FindingStore
    let reviews: ReviewStore
    let origins: OriginStore
    let match: MatchPicture
    let give: GiveFindings
    let settle: SettleImage
    /// Below this nothing is believed.
    let threshold: Double

    private static let file = MegaDetectorHead.file
    private static let list = "images"
    private static let atOnce = 50

    func callAsFunction(
        _ run: inout ImportRun,
        _ report: inout ImportReport,
        open: () async throws -> ObjectContent
    ) async throws {
        let head = try await head(open(), &report)
        guard let count = head.count else {
            throw ImportFault("The file has no list called images: it is no batch of MegaDetector.")
        }
        let program = PlainText.clean(head.info?.detector ?? "MegaDetector", limit: 100)
        (run.step, run.total) = (.observations, count)
        // What was done before a break is passed over.
        var waiting: [(number: Int, bytes: [UInt8])] = []
        var number = 0
        var doubtful = 0
        var pieces = JSONPieces(list: Self.list)
        for try await piece in try await open().pieces {
            for case .element(let bytes) in try pieces.feed(piece) {
                number += 1
                guard number > run.done else { continue }
                waiting.append((number, bytes))
                guard waiting.count == Self.atOnce else { continue }
                doubtful += try await take(waiting, head, program, &run, &report)
                waiting = []
            }
        }
        doubtful += try await take(waiting, head, program, &run, &report)
        if doubtful > 0 {
            report.tell(
                Self.file,
                0,
                "detections",
                "\(doubtful) detections are less sure than \(threshold), which is believed here",
                "they were left out"
            )
        }
    }

    private func head(_ content: ObjectContent, _ report: inout ImportReport) async throws -> MegaDetectorHead {
        var head = MegaDetectorHead()
        var pieces = JSONPieces(list: Self.list)
        do {
            for try await piece in content.pieces {
                for event in try pieces.feed(piece) {
                    switch event {
                    case .member(let name, let bytes): head.take(name, bytes)
                    case .element: head.count = (head.count ?? 0) + 1
                    }
                }
            }
            try pieces.finish()
        } catch let fault as JSONPieces.Fault {
            throw ImportFault("The file \(fault.reason).")
        }
        if pieces.hasSeenList { head.count = head.count ?? 0 }
        if head.categories == nil {
            report.tell(
                Self.file,
                0,
                "detection_categories",
                "there are none",
                "1, 2 and 3 were taken as animal, person and vehicle"
            )
        }
        let version = head.info?.formatVersion ?? ""
        if !version.hasPrefix("1.") {
            report.tell(
                Self.file,
                0,
                "format_version",
                version.isEmpty ? "there is none" : "it is \(version)",
                "it was read as 1.4"
            )
        }
        return head
    }

    private struct Order: Sendable {
        let number: Int
        let image: TrapImage.ID
        let findings: [Finding]
    }

    /// - Returns: how many detections were not believed.
    private func take(
        _ waiting: [(number: Int, bytes: [UInt8])],
        _ head: MegaDetectorHead,
        _ program: String,
        _ run: inout ImportRun,
        _ report: inout ImportReport
    ) async throws -> Int {
        try await check(&run)
        var orders: [Order] = []
        var doubtful = 0
        for (number, bytes) in waiting {
            guard let image = try? JSONDecoder().decode(MegaDetectorImage.self, from: Data(bytes)) else {
                report.tell(
                    Self.file,
                    number,
                    "images",
                    "the entry is not written as the format demands",
                    "it was left out"
                )
                run.counts.missingPictures += 1
                continue
            }
            let (found, unsure, wrong) = image.findings(head, by: program, atLeast: threshold)
            doubtful += unsure
            if wrong > 0 {
                report.tell(
                    Self.file,
                    number,
                    "detections",
                    "\(wrong) have no known category, no share or no box",
                    "they were left out"
                )
            }
            guard let key = try await match(image, number, &run, &report) else { continue }
            if image.detections == nil {
                let reason = PlainText.clean(image.failure ?? "there is none", limit: 100)
                report.tell(
                    Self.file,
                    number,
                    "detections",
                    "it could not be read there: \(reason)",
                    "the picture stays as it is"
                )
                continue
            }
            orders.append(Order(number: number, image: key, findings: found))
        }
        try await write(orders, program, waiting.last?.number ?? run.done, &run, &report)
        return doubtful
    }

    private func match(
        _ image: MegaDetectorImage,
        _ number: Int,
        _ run: inout ImportRun,
        _ report: inout ImportReport
    ) async throws -> TrapImage.ID? {
        let taken = image.datetime.flatMap { CamtrapTime($0)?.wall }
        let shown = PlainText.clean(image.file, limit: 200)
        switch try await match(image.file, taken: taken, within: run.reach) {
        case .one(let id):
            run.counts.knownPictures += 1
            return id
        case .none: report.tell(Self.file, number, "file", "no picture here is called \(shown)", "it was left out")
        case .several(let count):
            report.tell(Self.file, number, "file", "\(count) pictures here are called \(shown)", "it was left out")
        }
        run.counts.missingPictures += 1
        return nil
    }

    /// In one order, so that two who say something of the same pictures do not wait for each other.
    private func write(
        _ orders: [Order],
        _ program: String,
        _ done: Int,
        _ run: inout ImportRun,
        _ report: inout ImportReport
    ) async throws {
        run.done = done
        let before = (run, report)
        (run, report) = try await store.database.write { tx in
            var (run, report) = before
            for order in orders.sorted(by: { ($0.image, $0.number) < ($1.image, $1.number) }) {
                switch try await write(order, program, in: tx) {
                case .written: run.counts.toldPictures += 1
                case .nothing: break
                case .spokenFor:
                    report.tell(
                        Self.file,
                        order.number,
                        "file",
                        "somebody has said here what this picture shows",
                        "their word stands"
                    )
                }
            }
            try await store.add(report.taken(), to: run.id, in: tx)
            try await store.update(run, in: tx)
            return (run, report)
        }
    }

    private enum Outcome { case written, nothing, spokenFor }

    private func write(_ order: Order, _ program: String, in tx: Transaction) async throws -> Outcome {
        try await SettleImage.lock(order.image, in: tx)
        guard var image = try await images.image(order.image, in: tx) else { return .nothing }
        let word = try await reviews.reviews(of: image.id, in: tx).first
        guard word == nil || word?.decision == .flagged else { return .spokenFor }
        let known = try await findings.findings(of: image.id, in: tx)
        if image.givenBy == program, known == order.findings { return .nothing }
        image = try await give(order.findings, by: program, to: image, in: tx)
        // What a package said that the picture came in is said no more.
        try await origins.setObservations([], review: nil, of: image.id, in: tx)
        try await settle(image, telling: .detectionComplete, in: tx)
        return .written
    }
}

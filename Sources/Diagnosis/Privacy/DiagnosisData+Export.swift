import Accounts
import Archive
import Core
import Database
import Imaging
import ObjectStore
import Observations

extension DiagnosisData {
    private static let page = 100

    /// A picture of an analysis or of a batch; `file` is where it lies in the archive, if it was kept.
    private struct PictureEntry: Encodable {
        let position: Int
        var sha256: String?
        var filename: String?
        var file: String?
        var analysis: UUIDv7?
    }

    private struct AnalysisEntry: Encodable {
        let id: Analysis.ID
        let createdAt: Timestamp
        let task: String
        let pictures: [PictureEntry]
    }

    private struct BatchEntry: Encodable {
        let batch: BatchState
        let pictures: [PictureEntry]
    }

    func export(_ user: User.ID, into archive: inout ZipWriter) async throws {
        try await exportAnalyses(of: user.description, into: &archive)
        try await exportBatches(of: user.description, into: &archive)
    }

    private func exportAnalyses(of owner: String, into archive: inout ZipWriter) async throws {
        // One picture may belong to several analyses.
        var files: [String: String] = [:]
        let order = PageOrder.ascending(.init("id", .uuid))
        var place: PagePlace?
        repeat {
            let after = place
            let page = try await database.read { reader in
                try await reader.page(
                    "SELECT id, created_at, task, answer FROM analysis WHERE owner = $1",
                    [.text(owner)],
                    in: order,
                    after: after,
                    limit: Self.page
                )
            }
            for row in page.rows { try await export(row, &files, into: &archive) }
            place = page.next
        } while place != nil
    }

    private func export(_ row: Row, _ files: inout [String: String], into archive: inout ZipWriter) async throws {
        let id: Analysis.ID = try row["id"]
        let rows = try await database.query(
            "SELECT position, sha256, object_key FROM analysis_picture WHERE analysis_id = $1 ORDER BY position",
            [.id(id)]
        )
        var pictures: [PictureEntry] = []
        for row in rows {
            let digest = try row["sha256", as: [UInt8].self].hexadecimal
            if files[digest] == nil, let key: String = try row["object_key"] {
                files[digest] = try await add(key, as: "pictures/\(digest)", into: &archive)
            }
            pictures.append(
                PictureEntry(
                    position: try row["position"],
                    sha256: digest,
                    file: files[digest]
                )
            )
        }
        let entry = AnalysisEntry(
            id: id,
            createdAt: try row["created_at"],
            task: try row["task"],
            pictures: pictures
        )
        // The answer is JSON already.
        let answer: [UInt8] = try row["answer"]
        let text = try JSON.encode(entry).dropLast() + Array(",\"answer\":".utf8) + answer + Array("}\n".utf8)
        try await archive.add("analyses/\(id).json", Array(text))
    }

    private func exportBatches(of owner: String, into archive: inout ZipWriter) async throws {
        let store = BatchStore(database: database)
        var place: PagePlace?
        repeat {
            let page = try await store.batches(of: owner, after: place, limit: Self.page)
            for batch in page.batches { try await export(batch, into: &archive) }
            place = page.next
        } while place != nil
    }

    private func export(_ batch: Batch, into archive: inout ZipWriter) async throws {
        let rows = try await database.query(
            """
            SELECT position, filename, object_key, analysis_id FROM batch_picture WHERE batch_id = $1 ORDER BY position
            """,
            [.id(batch.id)]
        )
        var pictures: [PictureEntry] = []
        for row in rows {
            let position: Int = try row["position"]
            var file: String?
            if let key: String = try row["object_key"] {
                file = try await add(key, as: "batches/\(batch.id)/\(position)", into: &archive)
            }
            pictures.append(
                PictureEntry(
                    position: position,
                    filename: try row["filename"],
                    file: file,
                    analysis: try row["analysis_id"]
                )
            )
        }
        let entry = BatchEntry(batch: batch.answer, pictures: pictures)
        try await archive.add("batches/\(batch.id).json", JSON.encode(entry))
    }

    /// The name under which the picture lies in the archive; `nil` when it is no longer there.
    private func add(_ key: String, as name: String, into archive: inout ZipWriter) async throws -> String? {
        guard let key = try? ObjectKey(key) else { return nil }
        do {
            let content = try await objects.get(key)
            var pieces = content.pieces.makeAsyncIterator()
            let format = ImageFormat.detect(try await pieces.next() ?? [])
            let file = "\(name).\(format?.fileExtension ?? "bin")"
            try await archive.add(file, size: content.summary.size, content.pieces)
            return file
        } catch let fault as ObjectFault where fault.code == .notFound {
            // It was read, or removed, a moment ago.
            return nil
        }
    }
}

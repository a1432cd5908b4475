import Accounts
import Core
import HTTPServer
import Imaging
import ObjectStore
import Observations

/// An answer that is kept and can be fetched again.
protocol StoredAnswer: APIValue {
    var analysis: Analysis { get }
    /// The answer without what is bulky and can be made again.
    var forKeeping: Self { get }
}

/// A picture with what was read from it, on its way to the archive.
struct Kept: Sendable {
    let digest: SHA256
    let perceptualHash: UInt64
    let bytes: [UInt8]

    init(_ reading: LeafReading, _ bytes: [UInt8]) {
        digest = reading.digest
        perceptualHash = reading.perceptualHash
        self.bytes = bytes
    }
}

/// Keeps analyses: whoever is signed in has picture and answer on disk before the answer goes out.
///
/// For anyone else the result alone is written behind, and the picture is never kept; nor is it for somebody who wants
/// none kept.
struct AnalysisKeeper: Sendable {
    /// Where pictures lie in the object store.
    static let folder = "pictures/"

    let store: AnalysisStore
    let journal: AnalysisJournal
    let objects: any ObjectStore
    let consents: Consents

    func keep(
        _ answer: some StoredAnswer,
        task: AnalysisRecord.Task,
        _ pictures: [Kept],
        owner: String?
    ) async throws {
        let record = try await record(answer, task: task, pictures, owner: owner)
        if owner == nil {
            journal.append(record)
        } else {
            try await store.save([record])
        }
    }

    /// What is to be saved of an answer; the pictures of whoever is signed in are on the disk when this returns.
    func record(
        _ answer: some StoredAnswer,
        task: AnalysisRecord.Task,
        _ pictures: [Kept],
        owner: String?
    ) async throws -> AnalysisRecord {
        let keeper: String? = if let owner, try await consents.allow(.service, of: owner) { owner } else { nil }
        var kept: [AnalysisRecord.Picture] = []
        for picture in pictures {
            var key: ObjectKey?
            if let keeper {
                let name = try Self.key(of: picture.digest, for: keeper)
                try await objects.put(name, bytes: picture.bytes, expecting: picture.digest)
                key = name
            }
            kept.append(
                .init(digest: picture.digest, perceptualHash: picture.perceptualHash, objectKey: key?.description)
            )
        }
        return AnalysisRecord(
            analysis: answer.analysis,
            task: task,
            owner: owner,
            pictures: kept,
            answer: try JSON.encode(answer.forKeeping)
        )
    }

    /// Each has objects of their own: what is removed for one is never that of another, who sent the same picture.
    private static func key(of digest: SHA256, for owner: String) throws -> ObjectKey {
        try ObjectKey(folder + "\(SHA256(of: Array("\(owner) \(digest)".utf8)))")
    }

    /// The answer as it was given; `nil` when nobody ever gave it.
    func answer(of id: Analysis.ID) async throws -> [UInt8]? {
        if let record = journal.pending(id) { return record.answer }
        return try await store.answer(of: id)?.json
    }

    /// A page of someone's answers, the newest first.
    func history(of owner: String, page: Int, limit: Int) async throws -> (total: Int, answers: [[UInt8]]) {
        try await store.answers(of: owner, page: page, limit: limit)
    }
}

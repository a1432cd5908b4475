import Core
import Outbound

/// Reads the names in a bucket page by page, in order of key.
struct S3Listing: Sendable {
    let client: S3Client
    let prefix: String
    let after: ObjectKey?
    let limit: Int

    /// At most `limit` objects; names that are no keys of ours are passed over.
    func callAsFunction() async throws -> [ObjectSummary] {
        var found: [ObjectSummary] = []
        var token: String?
        let location = client.location
        while found.count < limit {
            var query = [
                (name: "list-type", value: "2"), (name: "encoding-type", value: "url"),
                (name: "max-keys", value: "\(min(limit - found.count, 1_000))"),
                (name: "prefix", value: location.prefix.isEmpty ? prefix : "\(location.prefix)/\(prefix)"),
            ]
            if let token {
                query.append((name: "continuation-token", value: token))
            } else if let after {
                query.append((name: "start-after", value: location.name(of: after)))
            }
            let page = try await page(query)
            found += page.all("Contents").compactMap(summary)
            guard page["IsTruncated"]?.text == "true", let next = page["NextContinuationToken"]?.text else { break }
            token = next
        }
        return found
    }

    private func page(_ query: [(name: String, value: String)]) async throws -> XMLElement {
        let doing = "listing objects"
        let answer = try await client.send(.init(method: .get, query: query, doing: doing))
        guard let page = XMLElement(answer.body), page.name == "ListBucketResult" else {
            throw ObjectFault(.other, "\(doing): the object store gave no list")
        }
        return page
    }

    private func summary(_ entry: XMLElement) -> ObjectSummary? {
        guard let name = entry["Key"]?.text.percentDecoded(), let key = client.location.key(of: name),
            let size = entry["Size"].flatMap({ Int64($0.text) }),
            let modified = entry["LastModified"].flatMap({ Timestamp($0.text) })
        else { return nil }
        return ObjectSummary(key: key, size: size, modified: modified)
    }
}

/// Uploads in parts that were begun and never ended: what a killed program leaves behind.
struct S3Leftovers: Sendable {
    let client: S3Client

    func remove(before moment: Timestamp, dryRun: Bool) async throws -> Int {
        var count = 0
        var marker: (key: String, upload: String)?
        let location = client.location
        while true {
            var query = [(name: "uploads", value: "")]
            if !location.prefix.isEmpty { query.append((name: "prefix", value: "\(location.prefix)/")) }
            if let marker {
                query += [(name: "key-marker", value: marker.key), (name: "upload-id-marker", value: marker.upload)]
            }
            let doing = "listing unfinished uploads"
            let answer = try await client.send(.init(method: .get, query: query, doing: doing))
            guard let page = XMLElement(answer.body), page.name == "ListMultipartUploadsResult" else {
                throw ObjectFault(.other, "\(doing): the object store gave no list")
            }
            for entry in page.all("Upload") {
                guard let name = entry["Key"]?.text, let id = entry["UploadId"]?.text, location.key(of: name) != nil,
                    let begun = entry["Initiated"].flatMap({ Timestamp($0.text) }), begun < moment
                else { continue }
                count += 1
                if dryRun { continue }
                let call = S3Client.Call(
                    method: .delete,
                    name: name,
                    query: [("uploadId", id)],
                    doing: "removing an unfinished upload"
                )
                _ = try await client.send(call, accepting: { $0.code == "NoSuchUpload" })
            }
            guard page["IsTruncated"]?.text == "true", let key = page["NextKeyMarker"]?.text,
                let upload = page["NextUploadIdMarker"]?.text
            else { return count }
            marker = (key, upload)
        }
    }
}

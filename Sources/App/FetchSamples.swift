import Core
import Diagnosis
import FoundationEssentials
import Outbound

/// Brings the sample pictures of the catalogue into a folder, from a folder at hand or from where they are published.
package struct FetchSamples: Sendable {
    package struct Outcome: Codable, Sendable {
        package let id: String
        package let title: String
        package let file: String?
        package let licence: String
        package let author: String
        /// Why the sample is not there; `nil` when it is.
        package let problem: String?
    }

    private let samples: SampleCatalogue
    private let client = HTTPClient(agent: "Hedgerow/\(Version.current)", depth: 4)

    package init(_ configuration: Configuration) throws {
        let catalogue = try Catalogue.load(folder: configuration.shareFolder + "/Catalogue")
        samples = try .load(file: configuration.shareFolder + "/Samples/samples.json", catalogue: catalogue)
    }

    /// Fetches every sample; one that cannot be had does not stop the others.
    package func callAsFunction(
        into folder: String,
        from source: String?,
        progress: @Sendable (Int, Int) -> Void
    ) async throws -> [Outcome] {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var outcomes: [Outcome] = []
        for (index, sample) in samples.samples.enumerated() {
            progress(index, samples.samples.count)
            let path = "\(folder)/\(sample.id).jpg"
            let problem = await fetch(sample, to: path, from: source)
            outcomes.append(
                Outcome(
                    id: sample.id.description,
                    title: sample.title,
                    file: problem == nil ? path : nil,
                    licence: sample.licence,
                    author: sample.author,
                    problem: problem
                )
            )
        }
        progress(samples.samples.count, samples.samples.count)
        return outcomes
    }

    private func fetch(_ sample: Sample, to path: String, from source: String?) async -> String? {
        if let known = FileManager.default.contents(atPath: path), sample.isWhole(Array(known)) { return nil }
        if let source { return copy(sample, to: path, from: source) }
        guard let url = sample.url else {
            return "is published nowhere in this size; take it from a folder with --from FOLDER"
        }
        do {
            _ = try await client.download(Download(url, to: path, expecting: SHA256(hexadecimal: sample.sha256))) { _ in
            }
            return nil
        } catch {
            return "\(error)"
        }
    }

    private func copy(_ sample: Sample, to path: String, from source: String) -> String? {
        guard let content = FileManager.default.contents(atPath: "\(source)/\(sample.pathHint)") else {
            return "there is no file \(sample.pathHint) in \(source)"
        }
        guard sample.isWhole(Array(content)) else { return "the file in \(source) is another one or damaged" }
        guard FileManager.default.createFile(atPath: path, contents: content) else {
            return "\(path) cannot be written"
        }
        return nil
    }
}

import Core
import Foundation
import TestSupport
import Testing

@testable import Diagnosis

private func catalogue() throws -> Catalogue { try Catalogue.load(folder: SharedData.checkout + "/Catalogue") }
private func samples() throws -> [Sample] {
    try SampleCatalogue.load(file: SharedData.checkout + "/Samples/samples.json", catalogue: catalogue()).samples
}

struct CatalogueSamplesTests {
    @Test func `the samples are well formed, with leaves, field pictures and animals`() throws {
        let kinds = try Dictionary(grouping: samples(), by: \.kind).mapValues(\.count)
        #expect(kinds == [.leaf: 12, .field: 3, .cameraTrap: 3])
        #expect(try Set(samples().map(\.sha256)).count == samples().count)
        #expect(try samples().allSatisfy { $0.kind == .leaf ? $0.plantID != nil : $0.plantID == nil })
    }

    @Test(
        "Each sample at hand has the size and digest that the file says",
        .enabled(if: SharedData.isPresent, "needs the shared pictures")
    )
    func digests() throws {
        for sample in try samples() {
            let content = try Array(Data(contentsOf: URL(filePath: SharedData.path("data/" + sample.pathHint))))
            #expect(sample.isWhole(content), "\(sample.id)")
            #expect(!sample.isWhole(content.dropLast() + [0]))
        }
    }

    @Test(
        "A sample that could do harm or mislead is refused",
        arguments: [
            ("\"path_hint\": \"leaf", "\"path_hint\": \"../leaf", "path_hint leaves its folder"),
            ("\"path_hint\": \"leaf", "\"path_hint\": \"/leaf", "path_hint leaves its folder"),
            ("\"url\": null", "\"url\": \"http://example.org/a.jpg\"", "url is no https address"),
            ("\"plant_id\": \"apple\"", "\"plant_id\": \"pear\"", "plant_id names no plant"),
            (
                "\"condition_id\": \"apple-scab\"", "\"condition_id\": \"potato-late-blight\"",
                "condition_id is no condition of its plant"
            ),
            ("\"sha256\": \"", "\"sha256\": \"0", "sha256 is not 64 lower-case digits"),
            ("\"id\": \"apple-cedar-rust-leaf\"", "\"id\": \"apple-scab-leaf\"", "samples use an id twice"),
        ]
    )
    func refused(old: String, new: String, problem: String) async throws {
        try await withTemporaryDirectory { folder in
            let text = try String(
                contentsOf: URL(filePath: SharedData.checkout + "/Samples/samples.json"),
                encoding: .utf8
            )
            #expect(text.contains(old))
            let changed = text.replacing(old, with: new, maxReplacements: 1)
            try Data(changed.utf8).write(to: URL(filePath: folder + "/samples.json"))
            let fault = #expect(throws: CatalogueFault.self) {
                try SampleCatalogue.load(file: folder + "/samples.json", catalogue: catalogue())
            }
            #expect(fault?.description.contains(problem) == true, "\(fault?.description ?? "")")
        }
    }
}

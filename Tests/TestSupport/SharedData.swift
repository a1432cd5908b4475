import Foundation

/// The folder of real pictures and models beside the checkout; tests that need it are skipped, and say so, where it is absent.
package enum SharedData {
    package static let root: String? = {
        let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = checkout.deletingLastPathComponent().appending(path: "shared").path
        return FileManager.default.fileExists(atPath: folder + "/data") ? folder : nil
    }()

    package static var isPresent: Bool { root != nil }

    /// The path of a file below `shared/`, such as `data/cameratrap/labels.csv`.
    package static func path(_ relative: String) -> String { (root ?? "/nonexistent") + "/" + relative }

    /// The checkout itself, for `Models/`, `Web/` and `Catalogue/`.
    package static let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
}

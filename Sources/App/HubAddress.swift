import Core
import FoundationEssentials

/// A model on Hugging Face, or on a server with its addresses: `hf:owner/repository`, with a file behind it or not.
package struct HubAddress: Hashable, Sendable {
    package static let prefix = "hf:"
    package static let publicServer = "https://huggingface.co"

    let owner: String
    let repository: String
    /// An ONNX file; `nil` for a whole package, whose `model.json` lies in the repository.
    package let file: String?
    private let server: String

    /// - Throws: `ConfigurationFault` for a text of another form.
    package init(_ text: String, server: String? = nil) throws {
        let parts = text.dropFirst(Self.prefix.count).split(separator: "/", omittingEmptySubsequences: false)
        guard text.hasPrefix(Self.prefix), parts.count >= 2, parts.allSatisfy(Self.isPlain) else {
            throw ConfigurationFault("\(text) is not of the form hf:owner/repository or hf:owner/repository/file.onnx")
        }
        owner = String(parts[0])
        repository = String(parts[1])
        file = parts.count > 2 ? parts[2...].joined(separator: "/") : nil
        if let file, !file.hasSuffix(".onnx") {
            throw ConfigurationFault("\(file) is no ONNX file; without a file hf:\(owner)/\(repository) is a package")
        }
        let server = server ?? Self.publicServer
        self.server = server.hasSuffix("/") ? String(server.dropLast()) : server
    }

    /// What needs no escape in an address and cannot lead out of a folder.
    private static func isPlain(_ part: Substring) -> Bool {
        !part.isEmpty && !part.hasPrefix(".")
            && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    }

    /// Where a file's content is.
    func url(of path: String) -> String { "\(server)/\(owner)/\(repository)/resolve/main/\(path)" }
}

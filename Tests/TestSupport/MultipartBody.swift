/// A multipart/form-data body, as a browser would write it, or not quite, when a test says so.
package struct MultipartBody {
    package static let boundary = "----hedgerow-test-boundary"
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package static var contentType: String { "multipart/form-data; boundary=\(boundary)" }

    package func file(
        _ name: String,
        _ content: [UInt8],
        filename: String = "leaf.jpg",
        type: String = "image/jpeg"
    ) -> Self {
        part(
            "Content-Disposition: form-data; name=\"\(name)\"; filename=\"\(filename)\"\r\nContent-Type: \(type)",
            content
        )
    }

    package func field(_ name: String, _ value: String) -> Self {
        part("Content-Disposition: form-data; name=\"\(name)\"", Array(value.utf8))
    }

    /// A part with exactly this head.
    package func part(_ head: String, _ content: [UInt8]) -> Self {
        var copy = self
        copy.bytes += Array("--\(Self.boundary)\r\n\(head)\r\n\r\n".utf8) + content + Array("\r\n".utf8)
        return copy
    }

    /// The whole body with its closing line.
    package var closed: [UInt8] { bytes + Array("--\(Self.boundary)--\r\n".utf8) }
}

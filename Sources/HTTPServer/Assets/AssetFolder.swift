internal import Core

/// Files of the user interface, read at start and served under addresses that carry the hash of their content.
///
/// `/assets/js/app.js` is served for ever as `/assets/js/app.1f2e3d4c.js`; each literal reference to the first in a text of
/// a mounted folder, or in a text given to `rewriting`, becomes the second.
package struct AssetFolder: Sendable {
    /// A folder whose files stand below `/assets/` and `prefix`.
    package struct Mount: Sendable {
        let folder: String
        let prefix: String
        let isRewritten: Bool

        /// Texts of others, such as a library's, keep their references: `isRewritten: false`.
        package init(_ folder: String, at prefix: String = "", isRewritten: Bool = true) {
            self.folder = folder
            self.prefix = prefix
            self.isRewritten = isRewritten
        }
    }

    struct Asset: Sendable {
        let address: String
        let type: String
        let bytes: [UInt8]
        let tag: String
    }

    /// By plain path below `/assets/`.
    private let assets: [String: Asset]
    private let plainPaths: [String: String]
    /// For development: files are read anew for each request, and addresses stay plain.
    private let live: [Mount]?

    /// Reads all files.
    ///
    /// - Throws: `AssetFault` when a reference leads nowhere or in a circle, naming the files.
    package init(_ mounts: [Mount], isLive: Bool = false) throws {
        var builder = AssetBuilder()
        for mount in mounts { try builder.read(mount) }
        assets = try builder.build()
        plainPaths = Dictionary(assets.map { (Self.below($0.value.address), $0.key) }, uniquingKeysWith: { a, _ in a })
        live = isLive ? mounts : nil
    }

    /// The address of the asset with this plain one, such as `/assets/css/base.css`; `nil` when there is none.
    package func address(_ plain: String) -> String? {
        guard plain.hasPrefix(AssetBuilder.root), let asset = assets[Self.below(plain)] else { return nil }
        return live == nil ? asset.address : plain
    }

    /// The text with all references to assets replaced by their addresses.
    ///
    /// - Throws: `AssetFault` for a reference that leads nowhere; `file` is what the message calls the text.
    package func rewriting(_ text: String, file: String) throws -> String {
        let bytes = try AssetBuilder.rewrite(Array(text.utf8), file: file) { path throws(AssetFault) in
            guard let asset = assets[path] else { throw AssetFault(file: file, missing: path) }
            return live == nil ? asset.address : AssetBuilder.root + path
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Serves everything below `/assets/`.
    package var route: Route {
        let path = Parameter<String>.path("path", "The file below /assets/")
        return Route(
            .get,
            AssetBuilder.root + "{path*}",
            summary: "A file of the user interface",
            parameters: [path],
            isDocumented: false
        ) { request in try response(to: request[path]) }
    }

    private func response(to path: String) throws -> Response {
        if let live { return try liveResponse(path, live) }
        if let plain = plainPaths[path], let asset = assets[plain] {
            return response(asset, caching: "public, max-age=31536000, immutable")
        }
        guard let asset = assets[path] else { throw Problem.notFound() }
        return response(asset, caching: "no-cache")
    }

    private func response(_ asset: Asset, caching: String) -> Response {
        var response = Response.bytes(asset.bytes, type: asset.type)
        response.headers += [("Cache-Control", caching), ("ETag", asset.tag)]
        return response
    }

    private func liveResponse(_ path: String, _ mounts: [Mount]) throws -> Response {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.allSatisfy({ !$0.isEmpty && !$0.hasPrefix(".") }) else { throw Problem.notFound() }
        // The longest prefix first: a folder may be mounted inside another.
        for mount in mounts.sorted(by: { $0.prefix.count > $1.prefix.count }) where path.hasPrefix(mount.prefix) {
            var response = Response.file(mount.folder + "/" + path.dropFirst(mount.prefix.count))
            response.headers.append(("Cache-Control", "no-cache"))
            return response
        }
        throw Problem.notFound()
    }

    private static func below(_ address: String) -> String { String(address.dropFirst(AssetBuilder.root.count)) }
}

/// A reference between files of the user interface that cannot be kept.
package struct AssetFault: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(file: String, missing path: String) {
        description = "\(file) refers to \(AssetBuilder.root)\(path), which does not exist"
    }

    init(circle files: [String]) {
        description = "these files refer to one another in a circle: \(files.joined(separator: " -> "))"
    }

    init(_ description: String) { self.description = description }
}

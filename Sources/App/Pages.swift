import Core
import FoundationEssentials
import HTTPServer

/// The user interface: pages assembled at start, their assets, and what a browser fetches beside them.
struct Pages: Sendable {
    let routes: [Route]
    let missing: @Sendable (Headers) -> Response?

    /// Reads the folder of pages.
    ///
    /// - Throws: `AssetFault` or `ConfigurationFault`, which name the file that is wrong.
    static func load(_ configuration: Configuration) throws -> Pages {
        let folder = try PageFolder(
            configuration.uiFolder ?? configuration.shareFolder + "/Web",
            libraries: Self.libraries(in: configuration.shareFolder),
            isLive: configuration.uiFolder != nil
        )
        let missing = try folder.page("not-found")
        return Pages(
            routes: try [folder.root()]
                + names.map { name in
                    let tiles = maps.contains(name) ? configuration.mapTiles : nil
                    return try folder.route(
                        "/\(name)",
                        name,
                        contentPolicy: tiles.map { SecurityHeaders.contentPolicy(imagesFrom: $0.origin) }
                    )
                } + [
                    try folder.file("/sw.js", "sw.js"),
                    try folder.file("/manifest.webmanifest", "manifest.webmanifest"),
                    folder.icon, folder.assets.route,
                ]
        ) { headers in try? missing().response(to: headers, status: 404) }
    }

    /// Each has its address and its file by the same name.
    private static let names = [
        "diagnose", "docs", "batches", "server", "phone", "offline",
        "set-up", "join", "verify", "reset", "sign-in", "register", "authorize", "account", "people", "audit",
        "images", "map", "statistics", "cameras", "cameras/profiles", "cameras/moves", "quarantine",
        "species-names", "alerts",
    ]

    /// Those that fetch the ground of a map.
    private static let maps: Set = ["map", "cameras/moves"]

    /// Files of others by their place below `/assets/`, where they are installed: in a release, or where
    /// `Scripts/setup` links them.
    private static func libraries(in share: String) -> [String: String] {
        ["swagger": "swagger-ui", "leaflet": "leaflet"].compactMapValues { folder in
            ["/\(folder)", "/.deps/\(folder)"]
                .map { URL(filePath: share + $0).resolvingSymlinksInPath().path }
                .first { FileManager.default.fileExists(atPath: $0) }
        }
    }
}

/// The files of the user interface, and the routes that serve them.
private struct PageFolder {
    let path: String
    let assets: AssetFolder
    private let isLive: Bool

    init(_ path: String, libraries: [String: String], isLive: Bool) throws {
        self.path = path
        self.isLive = isLive
        assets = try AssetFolder(
            [AssetFolder.Mount(path + "/assets")]
                + libraries.map { AssetFolder.Mount($1, at: $0, isRewritten: false) },
            isLive: isLive
        )
    }

    /// Where files of others stand that may not be installed.
    private static let optional = ["/assets/swagger/", "/assets/leaflet/"]

    /// Assembles a page now; for those who work on it, anew each time.
    func page(_ name: String) throws -> @Sendable () throws -> Page {
        let assembled = try assemble(name)
        guard isLive else { return { assembled } }
        return { [self] in try assemble(name) }
    }

    private func assemble(_ name: String) throws -> Page {
        let file = "pages/\(name).html"
        let shell = try text("shell.html")
        let source = try PageSource(text(file), file: file)
        return try Page { theme in
            let filled = try source.filled(shell, file: "shell.html", theme: theme) { asset in
                Self.optional.contains { asset.hasPrefix($0) } && assets.address(asset) == nil
            }
            return try assets.rewriting(filled, file: file)
        }
    }

    func route(_ address: String, _ name: String, contentPolicy: String?) throws -> Route {
        let page = try page(name)
        return Route(
            .get,
            address,
            summary: "A page of the user interface",
            contentPolicy: contentPolicy,
            isDocumented: false
        ) { request in
            try page().response(to: request.headers)
        }
    }

    /// The first page for browsers; for programs that ask for JSON, what this is and where it is described.
    func root() throws -> Route {
        let page = try page("diagnose")
        let card = Response.json(["name": "Hedgerow", "version": .string(Version.current), "docs": "/docs"])
        return Route(.get, "/", summary: "The first page", isDocumented: false) { request in
            guard accepts(request.headers, "application/json"), !accepts(request.headers, "text/html") else {
                return try page().response(to: request.headers)
            }
            var response = card
            response.headers += [("Cache-Control", "no-cache"), ("Vary", "Accept, Cookie")]
            return response
        }
    }

    /// A text beside the pages that must keep its address.
    func file(_ address: String, _ name: String) throws -> Route {
        let read = { @Sendable [self] in Array(try assets.rewriting(text(name), file: name).utf8) }
        let kept = try read()
        return Route(.get, address, summary: "A file of the user interface", isDocumented: false) { [isLive] _ in
            let bytes = isLive ? try read() : kept
            var response = Response.bytes(bytes, type: MediaType.forFile(named: name))
            let tag = SHA256(of: bytes).description.prefix(16)
            response.headers += [("Cache-Control", "no-cache"), ("ETag", "\"\(tag)\"")]
            return response
        }
    }

    /// Where browsers look without being told.
    var icon: Route {
        let drawing = assets.address("/assets/icons/icon-192.png")
        return Route(.get, "/favicon.ico", summary: "The icon", isDocumented: false) { _ in
            guard let drawing else { throw Problem.notFound() }
            return .redirect(to: drawing, status: 302)
        }
    }

    private func text(_ name: String) throws -> String {
        guard let text = try? String(contentsOfFile: path + "/" + name, encoding: .utf8) else {
            throw ConfigurationFault("\(path)/\(name) cannot be read")
        }
        return text
    }
}

/// Whether a client names this type among those it takes.
private func accepts(_ headers: Headers, _ type: String) -> Bool {
    headers.tokens("accept").contains { MediaType.essence($0) == type }
}

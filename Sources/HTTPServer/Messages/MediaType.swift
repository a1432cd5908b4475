/// Names of media types, and what a file's name says of its own.
package enum MediaType {
    package static let json = "application/json"
    package static let problem = "application/problem+json"

    /// The type that the extension stands for; unknown ones are `application/octet-stream`.
    package static func forFile(named name: String) -> String {
        let ending = name.split(separator: "/").last?.split(separator: ".").last.map { $0.asciiLowercased() } ?? ""
        return byExtension[ending] ?? "application/octet-stream"
    }

    /// The type without its parameters, in lower case: `text/html; charset=utf-8` is `text/html`.
    package static func essence(_ value: String) -> String {
        value.prefix { $0 != ";" }.trimmingBlanks().asciiLowercased()
    }

    static func isText(_ type: String) -> Bool {
        let essence = essence(type)
        return essence.hasPrefix("text/") || essence.hasSuffix("json") || essence.hasSuffix("xml")
    }

    private static let byExtension: [String: String] = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
        "js": "text/javascript; charset=utf-8", "mjs": "text/javascript; charset=utf-8",
        "json": "application/json", "map": "application/json", "webmanifest": "application/manifest+json",
        "geojson": "application/geo+json", "xml": "application/xml", "txt": "text/plain; charset=utf-8",
        "md": "text/markdown; charset=utf-8", "csv": "text/csv; charset=utf-8", "svg": "image/svg+xml",
        "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
        "avif": "image/avif", "heic": "image/heic", "tif": "image/tiff", "tiff": "image/tiff",
        "ico": "image/vnd.microsoft.icon", "woff": "font/woff", "woff2": "font/woff2", "ttf": "font/ttf",
        "wasm": "application/wasm", "pdf": "application/pdf", "zip": "application/zip", "gz": "application/gzip",
        "mp4": "video/mp4", "webm": "video/webm", "mov": "video/quicktime", "avi": "video/x-msvideo",
        "mp3": "audio/mpeg", "wav": "audio/wav",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]
}

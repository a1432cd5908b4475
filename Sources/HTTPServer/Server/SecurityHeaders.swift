/// Fields that every answer carries to keep browsers out of harm's way.
package enum SecurityHeaders {
    static let contentPolicy = contentPolicy(imagesFrom: nil)

    /// The policy of a page that may also show pictures of one other origin.
    package static func contentPolicy(imagesFrom origin: String?) -> String {
        [
            "default-src 'self'", "img-src 'self' data: blob:\(origin.map { " \($0)" } ?? "")",
            "media-src 'self' blob:",
            "worker-src 'self' blob:", "connect-src 'self'", "object-src 'none'", "base-uri 'none'",
            "form-action 'self'", "frame-ancestors 'none'",
        ].joined(separator: "; ")
    }

    static func fields(contentPolicy: String, staysSecure: Bool) -> [(name: String, value: String)] {
        var fields = [
            ("Content-Security-Policy", contentPolicy), ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "strict-origin-when-cross-origin"),
            ("Permissions-Policy", "camera=(self), microphone=(), geolocation=(self), payment=(), usb=()"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
        ]
        if staysSecure { fields.append(("Strict-Transport-Security", "max-age=31536000")) }
        return fields
    }
}

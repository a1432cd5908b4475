import Core
import HTTPServer

/// The cookie that holds a browser's session: no script reads it, and no other site sends it.
enum SessionCookie {
    private static let life = Int(Session.longestLife.seconds)

    /// Over TLS the name forbids that another host or path sets it.
    static func name(isSecure: Bool) -> String { isSecure ? "__Host-session" : "session" }

    static func value(in request: Request) -> String? { request.headers.cookie(name(isSecure: request.isSecure)) }

    static func field(_ value: String, isSecure: Bool) -> (name: String, value: String) {
        ("Set-Cookie", attributes(value, life: life, isSecure: isSecure))
    }

    static func removal(isSecure: Bool) -> (name: String, value: String) {
        ("Set-Cookie", attributes("", life: 0, isSecure: isSecure))
    }

    private static func attributes(_ value: String, life: Int, isSecure: Bool) -> String {
        "\(name(isSecure: isSecure))=\(value); Path=/; Max-Age=\(life); HttpOnly; SameSite=Lax"
            + (isSecure ? "; Secure" : "")
    }
}

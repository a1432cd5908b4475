import HTTPServer

struct Pages: Sendable {
    let routes: [Route]
    static func load(_ configuration: Configuration) throws -> Pages { Pages(routes: []) }
}

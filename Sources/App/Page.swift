import Core
import HTTPServer

/// The look that a visitor chose; without a choice the device decides.
enum Theme: String, CaseIterable, Sendable { case light, dark }

/// One page, written out for every theme so that it never flashes in the wrong one.
struct Page: Sendable {
    private struct Text: Sendable {
        let bytes: [UInt8]
        let tag: String

        init(_ text: String) {
            bytes = Array(text.utf8)
            tag = "\"\(SHA256(of: bytes).description.prefix(16))\""
        }
    }

    private let plain: Text
    private let themed: [Theme: Text]

    init(_ write: (Theme?) throws -> String) throws {
        plain = Text(try write(nil))
        themed = try Dictionary(uniqueKeysWithValues: Theme.allCases.map { ($0, Text(try write($0))) })
    }

    /// The page in the theme that the visitor's cookie names; any other value of the cookie counts as none.
    func response(to headers: Headers, status: Int = 200) -> Response {
        let theme = headers.cookie("theme").flatMap(Theme.init(rawValue:))
        let text = theme.flatMap { themed[$0] } ?? plain
        var response = Response.bytes(text.bytes, type: MediaType.forFile(named: "page.html"), status: status)
        response.headers += [("Cache-Control", "private, no-cache"), ("Vary", "Accept, Cookie"), ("ETag", text.tag)]
        return response
    }
}

/// A page as it is written: a head of `key: value` lines in a comment, then the content of `<main>`.
struct PageSource {
    let title: String
    let description: String
    /// The entry of the navigation that stands for this page.
    let area: String?
    let bodyClass: String?
    let styles: [String]
    /// Scripts from before modules, such as a library's bundle.
    let classicScripts: [String]
    let scripts: [String]
    let content: String

    /// - Throws: `ConfigurationFault` that names the file and what is wrong in its head.
    init(_ text: String, file: String) throws {
        guard text.hasPrefix("<!--\n"), let end = text.firstRange(of: "\n-->\n") else {
            throw ConfigurationFault("\(file) does not begin with a head: <!--, lines of key: value, -->")
        }
        var values: [String: String] = [:]
        for line in text[..<end.lowerBound].split(separator: "\n").dropFirst() {
            guard let colon = line.firstRange(of: ": ") else {
                throw ConfigurationFault("\(file): the head has a line without a colon: \(line)")
            }
            let key = String(line[..<colon.lowerBound])
            guard ["title", "description", "area", "class", "styles", "classic", "scripts"].contains(key),
                values.updateValue(String(line[colon.upperBound...]), forKey: key) == nil
            else { throw ConfigurationFault("\(file): the head has an unknown or repeated key: \(key)") }
        }
        guard let title = values["title"], let description = values["description"] else {
            throw ConfigurationFault("\(file): the head needs a title and a description")
        }
        let list = { (key: String) in (values[key] ?? "").split(separator: " ").map(String.init) }
        (self.title, self.description) = (title, description)
        (area, bodyClass) = (values["area"], values["class"])
        (styles, classicScripts, scripts) = (list("styles"), list("classic"), list("scripts"))
        content = String(text[end.upperBound...])
    }

    /// The whole document; `omits` leaves out assets that are not installed.
    func filled(_ shell: String, file: String, theme: Theme?, omits: (String) -> Bool) throws -> String {
        try Self.fill(shell, file: file) { name in
            switch name {
            case "title": title.escapedForHTML
            case "description": description.escapedForHTML
            case "main": content
            case "theme": theme.map { " data-theme=\"\($0.rawValue)\"" } ?? ""
            case "body": bodyClass.map { " class=\"\($0.escapedForHTML)\"" } ?? ""
            case "styles":
                styles.filter { !omits($0) }.map { "  <link rel=\"stylesheet\" href=\"\($0)\">" }.joined(
                    separator: "\n"
                )
            case "scripts":
                (classicScripts.filter { !omits($0) }.map { "  <script src=\"\($0)\" defer></script>" }
                    + scripts.map { "  <script type=\"module\" src=\"\($0)\"></script>" }).joined(separator: "\n")
            default:
                name.hasPrefix("current ") ? (name.dropFirst(8) == area ?? "" ? " aria-current=\"page\"" : "") : nil
            }
        }
    }

    /// Puts a value in the place of each `{{name}}`; the values themselves are not looked into.
    static func fill(_ template: String, file: String, _ value: (Substring) -> String?) throws -> String {
        var result = ""
        var rest = template[...]
        while let open = rest.firstRange(of: "{{") {
            result += rest[..<open.lowerBound]
            rest = rest[open.upperBound...]
            guard let close = rest.firstRange(of: "}}"), let text = value(rest[..<close.lowerBound]) else {
                throw ConfigurationFault("\(file) has a placeholder that nothing fills: {{\(rest.prefix(24))")
            }
            result += text
            rest = rest[close.upperBound...]
        }
        return result + rest
    }
}

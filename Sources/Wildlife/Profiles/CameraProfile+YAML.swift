import HTTPServer
import Core

extension CameraProfile {
    /// Reads a profile as it is written in YAML.
    ///
    /// - Throws: `YAMLFault` with the line, the field and the reason.
    static func read(_ text: String, origin: Origin, path: String) throws(YAMLFault) -> CameraProfile {
        guard text.utf8.count <= longestText else {
            throw YAMLFault(path: path, line: 1, reason: "is longer than \(longestText / 1_024) kB")
        }
        guard let root = try YAMLNode.parse(text, path: path) else {
            throw YAMLFault(path: path, line: 1, reason: "nothing stands in it")
        }
        return try ProfileReader(path: path).profile(root, text, origin)
    }
}

/// Makes a profile of a tree; a fault names line, field and reason.
private struct ProfileReader {
    let path: String

    private static let mostSources = 20
    private static let patternWords: Set = ["filename", "path", "text"]

    func profile(
        _ root: YAMLNode,
        _ text: String,
        _ origin: CameraProfile.Origin
    ) throws(YAMLFault) -> CameraProfile {
        var name: String?
        var about = ""
        var matches: [(subject: CameraProfile.Subject, pattern: Pattern)] = []
        var report: Pattern?
        var sources: [ProfileField: [ProfileSource]] = [:]
        for (key, node) in try pairs(root, "a profile") {
            switch key {
            case "name": name = try self.name(node)
            case "about": about = PlainText.clean(try word(node, key), limit: 500)
            case "matches": matches = try self.matches(node)
            case "report": report = try self.report(node)
            default:
                guard let field = ProfileField(rawValue: key) else {
                    let known = ["name", "about", "matches", "report"] + ProfileField.allCases.map(\.rawValue)
                    throw fault(node, "\(key): is not known here; there are \(known.joined(separator: ", "))")
                }
                sources[field] = try self.sources(node, field)
            }
        }
        guard let name else { throw fault(root, "name: is missing") }
        guard !matches.isEmpty || report != nil else {
            throw fault(root, "matches: is missing; without it, or report, the profile is for nothing")
        }
        guard !sources.isEmpty else {
            throw fault(root, "it says of no field where it stands, such as time or battery")
        }
        return CameraProfile(
            name: name,
            about: about,
            matches: matches,
            report: report,
            sources: sources,
            origin: origin,
            text: text
        )
    }

    private func name(_ node: YAMLNode) throws(YAMLFault) -> String {
        let text = try word(node, "name")
        guard Camera.isCode(text) else {
            throw fault(node, "name: takes 1 to 64 letters, digits, dots, dashes and underscores")
        }
        return text
    }

    private func matches(
        _ node: YAMLNode
    ) throws(YAMLFault) -> [(subject: CameraProfile.Subject, pattern: Pattern)] {
        var matches: [(subject: CameraProfile.Subject, pattern: Pattern)] = []
        for (key, value) in try pairs(node, "matches") {
            guard let subject = CameraProfile.Subject(rawValue: key) else {
                throw unknown(value, key, in: "matches", CameraProfile.Subject.allCases.map(\.rawValue))
            }
            matches.append((subject, try pattern(value, "matches: \(key)")))
        }
        return matches
    }

    private func report(_ node: YAMLNode) throws(YAMLFault) -> Pattern {
        var report: Pattern?
        for (key, value) in try pairs(node, "report") {
            guard key == "filename" else { throw unknown(value, key, in: "report", ["filename"]) }
            report = try pattern(value, "report: filename")
        }
        guard let report else { throw fault(node, "report: takes filename, a pattern for the names of reports") }
        return report
    }

    private func sources(_ node: YAMLNode, _ field: ProfileField) throws(YAMLFault) -> [ProfileSource] {
        guard case .list(let items) = node.content, !items.isEmpty, items.count <= Self.mostSources else {
            throw fault(node, "\(field.rawValue): takes a list of 1 to \(Self.mostSources) places to look in")
        }
        var sources: [ProfileSource] = []
        for item in items { sources.append(try source(item, field)) }
        return sources
    }

    private func source(_ node: YAMLNode, _ field: ProfileField) throws(YAMLFault) -> ProfileSource {
        let parts = try pairs(node, field.rawValue)
        let named = Dictionary(uniqueKeysWithValues: parts.map { ($0.key, $0.value) })
        var source = ProfileSource(place: try place(node, named, field))
        for (key, value) in parts {
            let name = "\(field.rawValue): \(key)"
            switch key {
            case "exif", "filename", "path", "text", "line", "pattern": break
            case "format" where field == .time:
                guard let format = TimeFormat(try word(value, name)) else {
                    throw fault(value, "\(name): takes letters such as \(TimeFormat.known), with a day in them")
                }
                source.format = format
            case "unit" where field == .temperature:
                guard let unit = ProfileSource.Unit(rawValue: try word(value, name)) else {
                    throw fault(value, "\(name): takes C or F")
                }
                source.unit = unit
            case "scale": source.scale = try number(value, name)
            case "words": source.words = try words(value, name)
            case "empty" where field.isShare, "full" where field.isShare: break
            default:
                throw fault(value, "\(name): is not known here")
            }
        }
        source.range = try range(named, field)
        if field == .time, source.format == nil {
            guard case .exif(.time, nil) = source.place else {
                throw fault(node, "time: needs a format, such as format: \"%Y%m%d_%H%M%S\"")
            }
        }
        return source
    }

    private func place(
        _ node: YAMLNode,
        _ named: [String: YAMLNode],
        _ field: ProfileField
    ) throws(YAMLFault) -> ProfileSource.Place {
        let kinds = ["exif", "line"] + Self.patternWords.sorted()
        let given = kinds.filter { named[$0] != nil }
        guard given.count == 1, let kind = given.first, let value = named[kind] else {
            throw fault(node, "\(field.rawValue): takes one of \(kinds.joined(separator: ", "))")
        }
        let name = "\(field.rawValue): \(kind)"
        if kind != "exif", let stray = named["pattern"] {
            throw fault(stray, "\(field.rawValue): pattern: belongs to exif alone")
        }
        switch kind {
        case "exif":
            guard let fact = ExifField(rawValue: try word(value, name)) else {
                throw fault(value, "\(name): takes \(ExifField.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            let pattern = named["pattern"]
            return .exif(fact, try pattern.map { (node) throws(YAMLFault) in try valuePattern(node, name) })
        case "line": return .line(try word(value, name))
        case "filename": return .filename(try valuePattern(value, name))
        case "path": return .path(try valuePattern(value, name))
        default: return .text(try valuePattern(value, name))
        }
    }

    private func range(
        _ named: [String: YAMLNode],
        _ field: ProfileField
    ) throws(YAMLFault) -> (empty: Double, full: Double)? {
        guard let low = named["empty"] ?? named["full"] else { return nil }
        guard let empty = named["empty"], let full = named["full"] else {
            throw fault(low, "\(field.rawValue): empty and full go together")
        }
        let range = (try number(empty, "\(field.rawValue): empty"), try number(full, "\(field.rawValue): full"))
        guard range.0 < range.1 else { throw fault(full, "\(field.rawValue): full is not more than empty") }
        return range
    }

    private func words(_ node: YAMLNode, _ name: String) throws(YAMLFault) -> [String: Double] {
        var words: [String: Double] = [:]
        for (key, value) in try pairs(node, name) {
            words[key.trimmingWhitespace().lowercased()] = try number(value, "\(name): \(key)")
        }
        return words
    }

    private func valuePattern(_ node: YAMLNode, _ name: String) throws(YAMLFault) -> Pattern {
        let pattern = try pattern(node, name)
        guard pattern.names.contains(ProfileSource.group) else {
            throw fault(node, "\(name): needs a group that holds the value, such as (?<value>\\d+)")
        }
        return pattern
    }

    private func pattern(_ node: YAMLNode, _ name: String) throws(YAMLFault) -> Pattern {
        let text = try word(node, name)
        do {
            return try Pattern(text)
        } catch {
            throw fault(node, "\(name): \(error.reason)")
        }
    }

    private func number(_ node: YAMLNode, _ name: String) throws(YAMLFault) -> Double {
        guard let number = Double(try word(node, name)), number.isFinite else {
            throw fault(node, "\(name): takes a number")
        }
        return number
    }

    private func word(_ node: YAMLNode, _ name: String) throws(YAMLFault) -> String {
        guard case .text(let text) = node.content, !text.isEmpty else { throw fault(node, "\(name): takes a text") }
        return text
    }

    private func pairs(_ node: YAMLNode, _ name: String) throws(YAMLFault) -> [(key: String, value: YAMLNode)] {
        guard case .pairs(let pairs) = node.content else {
            throw fault(node, "\(name): takes lines such as name: value")
        }
        return pairs
    }

    private func unknown(_ node: YAMLNode, _ key: String, in name: String, _ known: [String]) -> YAMLFault {
        fault(node, "\(name): \(key) is not known here; there are \(known.joined(separator: ", "))")
    }

    private func fault(_ node: YAMLNode, _ reason: String) -> YAMLFault {
        YAMLFault(path: path, line: node.line, reason: reason)
    }
}

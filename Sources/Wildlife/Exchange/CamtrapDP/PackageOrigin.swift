import Core
import HTTPServer

/// What a package said of itself: who made it, under which licences, and how it is cited.
///
/// It goes out again as it came. Read leniently: a member that is not as the standard demands is left out, and the rest counts.
struct PackageOrigin: Hashable, Codable, Sendable {
    struct Contributor: Hashable, Codable, Sendable {
        enum Role: String, Codable, Sendable {
            case contact, principalInvestigator, rightsHolder, publisher, contributor
        }

        let title: String
        var path: String?
        var email: String?
        var role: Role?
        var organization: String?
    }

    struct License: Hashable, Codable, Sendable {
        enum Scope: String, Codable, Sendable { case data, media }

        var name: String?
        var path: String?
        var title: String?
        let scope: Scope
    }

    struct Source: Hashable, Codable, Sendable {
        let title: String
        var path: String?
        var version: String?
    }

    struct Project: Hashable, Codable, Sendable {
        enum Design: String, Codable, Sendable {
            case simpleRandom, systematicRandom, clusteredRandom, experimental, targeted, opportunistic
        }

        enum Method: String, Codable, Sendable { case activityDetection, timeLapse }

        var id: String?
        let title: String
        var acronym: String?
        var description: String?
        var path: String?
        var samplingDesign: Design?
        var captureMethod: [Method]?
    }

    var title: String?
    var description: String?
    var version: String?
    var keywords: [String]?
    var homepage: String?
    var contributors: [Contributor] = []
    var licenses: [License] = []
    var sources: [Source] = []
    var bibliographicCitation: String?
    var references: [String]?
    var project: Project?

    /// What the standard demands: a licence of the data and one of the pictures.
    var hasAllLicenses: Bool { Set(licenses.map(\.scope)).count == 2 }
}

extension PackageOrigin {
    private static let mostOfAList = 200

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        title = values.words(.title)
        description = values.words(.description, limit: 20_000)
        version = values.words(.version)
        keywords = values.list(.keywords)
        homepage = values.address(.homepage)
        contributors = Array(values.lenient(.contributors).prefix(Self.mostOfAList))
        licenses = Array(values.lenient(.licenses).prefix(Self.mostOfAList))
        sources = Array(values.lenient(.sources).prefix(Self.mostOfAList))
        bibliographicCitation = values.words(.bibliographicCitation, limit: 5_000)
        references = values.list(.references)
        project = try? values.decode(Project.self, forKey: .project)
    }
}

extension PackageOrigin.Contributor {
    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        title = try values.demanded(.title)
        path = values.address(.path)
        email = values.words(.email).flatMap { $0.contains("@") && !$0.contains(" ") ? $0 : nil }
        role = try? values.decode(Role.self, forKey: .role)
        organization = values.words(.organization)
    }
}

extension PackageOrigin.License {
    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        scope = try values.decode(Scope.self, forKey: .scope)
        let name = values.words(.name)
        self.name = name.flatMap {
            $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) } ? $0 : nil
        }
        path = values.address(.path)
        title = values.words(.title)
        guard self.name != nil || path != nil else {
            throw DecodingError.dataCorruptedError(forKey: .name, in: values, debugDescription: "neither name nor path")
        }
    }
}

extension PackageOrigin.Source {
    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        title = try values.demanded(.title)
        path = values.address(.path)
        version = values.words(.version)
    }
}

extension PackageOrigin.Project {
    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = values.words(.id)
        title = try values.demanded(.title)
        acronym = values.words(.acronym)
        description = values.words(.description, limit: 20_000)
        path = values.address(.path)
        samplingDesign = try? values.decode(Design.self, forKey: .samplingDesign)
        let methods: [Method] = values.lenient(.captureMethod)
        captureMethod = methods.isEmpty ? nil : Array(methods.prefix(2))
    }
}

extension KeyedDecodingContainer {
    /// `nil` for what is missing, empty or no text.
    fileprivate func words(_ key: Key, limit: Int = 1_000) -> String? {
        let text = (try? decode(String.self, forKey: key)).map { PlainText.clean($0, limit: limit) }
        return text?.isEmpty == false ? text : nil
    }

    fileprivate func demanded(_ key: Key) throws -> String {
        guard let text = words(key) else {
            throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "there is none")
        }
        return text
    }

    /// Of the web: whoever follows it is led nowhere else.
    fileprivate func address(_ key: Key) -> String? {
        words(key).flatMap { text in
            let isPlain = text.allSatisfy { $0.isASCII && !$0.isWhitespace && !"<>\"{}|\\^`".contains($0) }
            return isPlain && (text.hasPrefix("https://") || text.hasPrefix("http://")) ? text : nil
        }
    }

    fileprivate func list(_ key: Key) -> [String]? {
        let texts: [String] = lenient(key).map { PlainText.clean($0, limit: 1_000) }.filter { !$0.isEmpty }
        return texts.isEmpty ? nil : Array(texts.prefix(200))
    }

    /// Those elements that can be read.
    fileprivate func lenient<Element: Decodable>(_ key: Key) -> [Element] {
        ((try? decode([Lenient<Element>].self, forKey: key)) ?? []).compactMap(\.value)
    }
}

private struct Lenient<Value: Decodable>: Decodable {
    let value: Value?
    init(from decoder: any Decoder) throws { value = try? Value(from: decoder) }
}

import Core

/// Where objects are kept, as a setting says it: `file:/folder` or `s3://bucket/prefix?endpoint=…&region=…&style=path`.
package enum StoreAddress: Sendable, CustomStringConvertible {
    case files(folder: String)
    /// With the credentials that the address itself carries, if any.
    case s3(S3Location, S3Credentials?)

    /// The region that the address leaves open comes from `AWS_REGION` or `AWS_DEFAULT_REGION`.
    ///
    /// - Throws: `StoreAddressFault`, which never repeats the address: it may hold a secret.
    package init(_ text: String, environment: [String: String] = [:]) throws(StoreAddressFault) {
        if text.hasPrefix("file:") {
            let path = text.dropFirst("file:".count)
            let folder = path.hasPrefix("//") ? path.dropFirst(2) : path
            guard !folder.isEmpty else { throw StoreAddressFault("names no folder after file:") }
            self = .files(folder: String(folder))
        } else if text.hasPrefix("s3://") {
            self = try Self.s3(text.dropFirst("s3://".count), environment)
        } else {
            throw StoreAddressFault("takes file:/folder or s3://bucket/prefix?endpoint=…&region=…&style=path")
        }
    }

    /// The place without any secret.
    package var description: String {
        switch self {
        case .files(let folder): "files in \(folder)"
        case .s3(let location, _): "\(location)"
        }
    }

    /// Whether whoever lists the objects of `other` also meets what lies here.
    package func lies(within other: StoreAddress) -> Bool {
        switch (self, other) {
        case (.files(let folder), .files(let outer)): Folder.lies(folder, within: outer)
        case (.s3(let location, _), .s3(let outer, _)):
            location.authority == outer.authority && location.bucket == outer.bucket
                && (outer.prefix.isEmpty || (location.prefix + "/").hasPrefix(outer.prefix + "/"))
        default: false
        }
    }

    private static func s3(_ text: Substring, _ environment: [String: String]) throws(StoreAddressFault) -> StoreAddress
    {
        let halves = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let place = halves[0].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        var items = try halves.count > 1 ? items(of: halves[1]) : [:]
        var style: S3Location.Style?
        if let word = items.removeValue(forKey: "style") {
            style = S3Location.Style(rawValue: word)
            if style == nil { throw StoreAddressFault("has a style that is neither path nor host") }
        }
        let region = environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? "us-east-1"
        let location = try S3Location(
            bucket: String(place[0]),
            prefix: place.count > 1 ? String(place[1]) : "",
            endpoint: items.removeValue(forKey: "endpoint"),
            region: items.removeValue(forKey: "region") ?? region,
            style: style
        )
        let key = items.removeValue(forKey: "access_key")
        let secret = items.removeValue(forKey: "secret_key")
        let token = items.removeValue(forKey: "session_token")
        if !items.isEmpty {
            throw StoreAddressFault(
                "has something after ? that is none of endpoint, region, style, access_key, secret_key, session_token"
            )
        }
        guard let key, let secret else {
            if key == nil, secret == nil { return .s3(location, nil) }
            throw StoreAddressFault("has one of access_key and secret_key without the other")
        }
        return .s3(location, S3Credentials(accessKey: key, secretKey: secret, sessionToken: token))
    }

    private static func items(of query: Substring) throws(StoreAddressFault) -> [String: String] {
        var items: [String: String] = [:]
        for pair in query.split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, let value = halves[1].percentDecoded(),
                items.updateValue(value, forKey: String(halves[0])) == nil
            else { throw StoreAddressFault("has a part after ? that is not name=value, given once") }
        }
        return items
    }
}

/// The address of a store cannot be understood; completes "objects_url …" and holds no part of the address.
package struct StoreAddressFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}

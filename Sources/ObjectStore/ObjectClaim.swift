/// Says which objects the rows of a feature refer to: all that lies below `prefix` is theirs, or an orphan.
package struct ObjectClaim: Sendable {
    /// The keys after this one, or from the first on, in ascending order of their bytes, at most `limit`; fewer are the last.
    package typealias Keys = @Sendable (_ after: String?, _ limit: Int) async throws -> [String]

    package let prefix: String
    package let keys: Keys

    package init(prefix: String, keys: @escaping Keys) {
        // Without one, objects that no feature knows would be taken for orphans.
        precondition(!prefix.isEmpty, "a claim has a prefix of its own")
        self.prefix = prefix
        self.keys = keys
    }

    /// Whether a row refers to this object.
    package func holds(_ key: ObjectKey) async throws -> Bool {
        let text = key.description
        guard text.hasPrefix(prefix) else { return false }
        // The keys that share all but its last character come right before it.
        var last = String(text.dropLast())
        while true {
            let page = try await keys(last, 100)
            if page.contains(text) { return true }
            guard page.count == 100, let end = page.last, end.utf8.lexicographicallyPrecedes(text.utf8) else {
                return false
            }
            last = end
        }
    }

    /// Whether what one of both refers to may lie below the other's prefix.
    func overlaps(_ other: String) -> Bool { prefix.hasPrefix(other) || other.hasPrefix(prefix) }
}

/// What several claims refer to, in one ascending order and in flat memory.
struct ClaimedKeys: AsyncSequence {
    typealias Element = ObjectKey
    typealias Failure = any Error

    let claims: [ObjectClaim]

    func makeAsyncIterator() -> Iterator { Iterator(readers: claims.map { Reader(claim: $0) }) }

    struct Iterator: AsyncIteratorProtocol {
        typealias Element = ObjectKey
        typealias Failure = any Error

        fileprivate var readers: [Reader]

        mutating func next() async throws -> ObjectKey? { try await next(isolation: #isolation) }

        mutating func next(isolation actor: isolated (any Actor)?) async throws -> ObjectKey? {
            var least: (index: Int, key: ObjectKey)?
            for index in readers.indices {
                guard let key = try await readers[index].peek() else { continue }
                if least.map({ key < $0.key }) ?? true { least = (index, key) }
            }
            if let least { readers[least.index].advance() }
            return least?.key
        }
    }

    /// The keys of one claim, page by page.
    fileprivate struct Reader {
        let claim: ObjectClaim
        private var page: ArraySlice<ObjectKey> = []
        private var last: String?
        private var isAtEnd = false
        private static let pageSize = 10_000

        init(claim: ObjectClaim) { self.claim = claim }

        mutating func peek() async throws -> ObjectKey? {
            while page.isEmpty, !isAtEnd {
                let texts = try await claim.keys(last, Self.pageSize)
                try check(texts)
                // What is no key names no object.
                page = texts.compactMap { try? ObjectKey($0) }[...]
                last = texts.last
                isAtEnd = texts.count < Self.pageSize
            }
            return page.first
        }

        /// Out of order, a known key would be passed over and its object taken for an orphan.
        private func check(_ texts: [String]) throws {
            var before = last
            for text in texts {
                if let before, !before.utf8.lexicographicallyPrecedes(text.utf8) {
                    throw ObjectFault(
                        .other,
                        "the keys that rows below \(claim.prefix) refer to are out of order: nothing more is removed"
                    )
                }
                before = text
            }
        }

        mutating func advance() { page = page.dropFirst() }
    }
}

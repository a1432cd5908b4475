import ObjectStore

/// All objects of a store below a prefix, in the order of their keys, read page by page.
struct StoredObjects: AsyncSequence {
    typealias Element = ObjectSummary
    typealias Failure = any Error

    let store: any ObjectStore
    let prefix: String

    func makeAsyncIterator() -> Iterator { Iterator(store: store, prefix: prefix) }

    struct Iterator: AsyncIteratorProtocol {
        typealias Failure = any Error

        let store: any ObjectStore
        let prefix: String
        private var page: ArraySlice<ObjectSummary> = []
        private var last: ObjectKey?
        private var isOver = false
        private static let pageSize = 1_000

        init(store: any ObjectStore, prefix: String) {
            self.store = store
            self.prefix = prefix
        }

        mutating func next() async throws -> ObjectSummary? {
            if page.isEmpty, !isOver {
                page = try await store.list(prefix: prefix, after: last, limit: Self.pageSize)[...]
                last = page.last?.key
                isOver = page.count < Self.pageSize
            }
            return page.popFirst()
        }
    }
}

extension ObjectStore {
    func objects(below prefix: String) -> StoredObjects { StoredObjects(store: self, prefix: prefix) }
}

extension ObjectKey {
    /// What stands after the last slash.
    var lastWord: String { description.split(separator: "/").last.map(String.init) ?? "" }
}

/// What went wrong with an object, in words that a caller can act on.
package struct ObjectFault: Error, Hashable, Sendable {
    package enum Code: Hashable, Sendable {
        case notFound
        /// The disk or the quota is full.
        case full
        /// The content is not what was promised; nothing was stored, or what is stored has been damaged.
        case hashMismatch
        /// The content is larger than the caller allows; nothing was stored.
        case tooLarge
        case invalidKey
        /// The object was replaced or removed while it was read.
        case changed
        /// The range lies outside the object.
        case invalidRange
        /// The store cannot be reached or written.
        case unavailable
        case other
    }

    package let code: Code
    /// For the operator's log.
    package let detail: String

    /// What helps against this one alone; `nil` where the code says enough.
    package let cure: String?

    package init(_ code: Code, _ detail: String, cure: String? = nil) {
        self.code = code
        self.detail = detail
        self.cure = cure
    }
}

extension ObjectFault: CustomStringConvertible {
    package var description: String {
        switch code {
        case .notFound: "there is no such object"
        case .full: "the object store is full"
        case .hashMismatch: "the content does not have the expected SHA-256"
        case .tooLarge: "the content is larger than allowed"
        case .invalidKey: "the object's key is not valid: \(detail)"
        case .invalidRange: "the range lies outside the object"
        case .changed: "the object was replaced while it was read"
        case .unavailable: "the object store is unavailable"
        case .other: "the object store failed"
        }
    }
}

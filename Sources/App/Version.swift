/// The program's version, after Semantic Versioning.
package enum Version {
    package static let current = "0.1.0"
}

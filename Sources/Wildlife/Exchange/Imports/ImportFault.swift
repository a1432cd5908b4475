/// Why nothing of a file can be taken, in words for who sent it.
struct ImportFault: Error, Hashable, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

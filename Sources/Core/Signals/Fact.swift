/// Something that has happened and on which others act, such as an analysis that was made.
///
/// A fact is told in the transaction that makes it true, and reaches each subscriber at least once.
package protocol Fact: Codable, Sendable {
    /// Of all facts of the program, such as `analysis-completed`.
    static var name: String { get }
}

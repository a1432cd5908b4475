/// A pattern of a profile took too many steps on a file, so that nobody knows whether it fits: it counts as if it did not.
struct ProfileTrouble: Error, Hashable, Sendable {
    let profile: String
    /// With the place of the pattern.
    let reason: String
}

package import Core

/// Somebody no longer agrees to a purpose: what was kept for it alone has to go.
package struct ConsentWithdrawn: Fact {
    package static let name = "consent-withdrawn"

    package let user: User.ID
    package let purpose: ConsentPurpose
    /// What was kept until then has to go; they may have agreed again since.
    package let at: Timestamp

    package init(user: User.ID, purpose: ConsentPurpose, at: Timestamp) {
        self.user = user
        self.purpose = purpose
        self.at = at
    }
}

import Accounts
import Core

/// What a person said of a picture.
struct Review: Hashable, Sendable {
    typealias ID = Identifier<Review>

    enum Decision: String, CaseIterable, Codable, Sendable {
        /// The machine is right.
        case approved
        /// The machine is wrong: there is nothing of what it found.
        case rejected
        /// The machine is wrong, and this is what there is.
        case corrected
        /// Somebody else should look.
        case flagged

        var state: TrapImage.ReviewState {
            switch self {
            case .approved: .approved
            case .rejected: .rejected
            case .corrected: .corrected
            case .flagged: .flagged
            }
        }
    }

    let id: ID
    let image: TrapImage.ID
    /// `nil` once the person is gone, and for the key of the settings.
    let user: User.ID?
    let decision: Decision
    let animals: [ReviewedAnimals]
    let note: String
    let createdAt: Timestamp
}

/// Animals of one species that somebody saw on a picture.
struct ReviewedAnimals: Hashable, Codable, Sendable {
    enum Sex: String, CaseIterable, Codable, Sendable { case unknown, female, male, mixed }
    enum Age: String, CaseIterable, Codable, Sendable { case unknown, adult, subadult, juvenile, mixed }

    let species: String
    let count: Int
    let sex: Sex?
    let age: Age?
    let behaviour: String?
}

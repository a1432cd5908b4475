import Accounts
import Core

/// What people say of a picture together.
struct Consensus: Sendable {
    let state: TrapImage.ReviewState
    /// The word that says what the picture shows; `nil` leaves it to the machine.
    let word: Review?

    /// - Parameters:
    ///   - reviews: those that stand, the newest first.
    ///   - machine: the species that the machine sees.
    ///   - needed: how many people have to agree.
    init(_ reviews: [Review], machine: [String], needed: Int) {
        let newest = reviews.first
        word = newest
        guard let newest else {
            state = .none
            return
        }
        guard needed > 1, newest.decision != .flagged else {
            state = newest.decision.state
            return
        }
        // The newest word of each person.
        var people = Set<User.ID?>()
        let words = reviews.filter { $0.decision != .flagged && people.insert($0.user).inserted }
        let same = words.filter { $0.species(machine: machine) == newest.species(machine: machine) }
        if same.count >= needed {
            state = newest.decision.state
        } else {
            state = words.count < needed && same.count == words.count ? .waiting : .disputed
        }
    }
}

extension Review {
    /// What the picture shows by this word.
    func species(machine: [String]) -> Set<String> {
        switch decision {
        case .approved, .flagged: Set(machine)
        case .rejected: []
        case .corrected: Set(animals.map(\.species))
        }
    }
}

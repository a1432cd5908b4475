import Core
import HTTPServer

/// How what is known grew, and how far the machine can be believed.
extension StatisticsRoutes {
    private static let mostSights = 1_000

    struct FirstSight: APIValue {
        let species: String
        let firstSeen: Timestamp
        let total: Int
        static let notes = ["total": "How many species were known from then on."]
    }

    var accumulation: Route {
        route(
            "accumulation",
            "Tell when each species was first seen, and how many were known then",
            "The curve of the species that are known, as steps; within the filter, so that a site has a curve of its own."
        ) { request in
            try await statistics.firstSights(request.imageFilter(), limit: Self.mostSights).enumerated().map {
                index,
                one in
                FirstSight(species: one.species, firstSeen: one.time, total: index + 1)
            }
        }
    }

    struct Agreement: APIValue {
        let found: String?
        let reviewed: Int
        let approved: Int
        let corrected: Int
        let rejected: Int
        static let notes = [
            "approved": "People said that the machine is right.", "corrected": "They said what there is instead.",
            "found": "The species that the machine found; null where it found nothing.",
            "rejected": "They said that there is nothing of it.",
        ]

        init(_ found: String?, _ verdicts: [StatisticsStore.Verdict]) {
            func count(_ review: TrapImage.ReviewState) -> Int {
                verdicts.filter { $0.review == review }.map(\.count).reduce(0, +)
            }
            self.found = found
            approved = count(.approved)
            corrected = count(.corrected)
            rejected = count(.rejected)
            reviewed = approved + corrected + rejected
        }
    }

    var agreement: Route {
        route(
            "agreement",
            "Count how often people agreed with the machine, by what it found",
            "A picture on which it found two species counts for both."
        ) { request in
            Dictionary(grouping: try await statistics.verdicts(request.imageFilter()), by: \.found)
                .map(Agreement.init)
                .sorted { ($1.reviewed, $0.found ?? "") < ($0.reviewed, $1.found ?? "") }
        }
    }
}

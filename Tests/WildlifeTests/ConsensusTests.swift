import Accounts
import Core
import Testing

@testable import Wildlife

@Suite("Several people agree on a picture") struct ConsensusTests {
    private static let (ida, max, uma) = (User.ID.next(), User.ID.next(), User.ID.next())

    private func said(_ user: User.ID?, _ decision: Review.Decision, _ species: String...) -> Review {
        Review(
            id: .next(),
            image: .next(),
            user: user,
            decision: decision,
            animals: species.map { .init(species: $0, count: 1, sex: nil, age: nil, behaviour: nil) },
            note: "",
            createdAt: Meadow.start
        )
    }

    /// The oldest word first.
    private func state(_ reviews: Review..., needed: Int = 2) -> TrapImage.ReviewState {
        Consensus(reviews.reversed(), machine: ["fox"], needed: needed).state
    }

    @Test func `one person is enough where one is asked for`() {
        #expect(state(needed: 1) == .none)
        #expect(state(said(Self.ida, .rejected), needed: 1) == .rejected)
        #expect(state(said(Self.ida, .approved), said(Self.max, .corrected, "cat"), needed: 1) == .corrected)
    }

    @Test func `two have to agree, whichever way they say it`() {
        #expect(state() == .none)
        #expect(state(said(Self.ida, .approved)) == .waiting)
        #expect(state(said(Self.ida, .approved), said(Self.ida, .approved)) == .waiting, "one person twice")
        #expect(state(said(Self.ida, .approved), said(Self.max, .corrected, "fox")) == .corrected)
        #expect(state(said(Self.ida, .approved), said(Self.max, .rejected)) == .disputed)
        #expect(state(said(Self.ida, .approved), said(Self.max, .rejected), said(Self.uma, .approved)) == .approved)
        #expect(state(said(Self.ida, .approved), said(Self.max, .rejected), said(Self.ida, .rejected)) == .rejected)
        #expect(state(said(Self.ida, .approved), said(Self.max, .flagged)) == .flagged)
    }

    @Test func `three need three`() {
        #expect(state(said(Self.ida, .approved), said(Self.max, .approved), needed: 3) == .waiting)
        #expect(state(said(Self.ida, .approved), said(Self.max, .rejected), needed: 3) == .disputed)
        let all = state(said(Self.ida, .approved), said(Self.max, .approved), said(Self.uma, .approved), needed: 3)
        #expect(all == .approved)
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `what is disputed is found by the filter, and settled when a word is taken back`(
        engine: Meadow.Engine
    )
        async throws
    {
        try await Meadow.with(engine) { meadow in
            var settle = meadow.review.settle
            settle.reviewers = 2
            let review = ReviewImage(
                images: meadow.images,
                reviews: meadow.look.reviews,
                settle: settle,
                audit: meadow.audit,
                clock: meadow.receive.clock
            )
            func caller(_ id: User.ID) -> WildlifeCaller {
                .init(name: "t", user: id, reach: .everything, origin: Meadow.everybody.origin)
            }
            let image = try await meadow.take(1)
            try await meadow.find(["fox"], on: image)
            try await review(image.id, .init(decision: .approved), caller(Self.ida))
            var now = try await meadow.image(image.id)
            #expect(now.review == .waiting)
            try await review(image.id, .init(decision: .rejected), caller(Self.max))
            var filter = ImageFilter()
            filter.review = .disputed
            let found = try await meadow.images.count(filter)
            #expect(found == 1)
            try await review.undo(image.id, caller(Self.max))
            now = try await meadow.image(image.id)
            #expect(now.review == .waiting && now.contents == .animal)
        }
    }
}

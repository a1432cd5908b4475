import Core
import Testing

@testable import Wildlife

@Suite("Where pictures say that a camera hangs") struct SpotMoveTests {
    private let spot = SpotMove(tolerance: 150)
    /// A hundredth of a degree to the north is 1.1 km.
    private let home, wood, pond: GeoPoint

    init() throws {
        home = try Self.point(48.2, 16.3)
        wood = try Self.point(48.21, 16.3)
        pond = try Self.point(48.22, 16.3)
    }

    private static func point(_ north: Double, _ east: Double) throws -> GeoPoint {
        try #require(GeoPoint(latitude: north, longitude: east))
    }

    /// A picture an hour.
    private static func fixes(_ points: GeoPoint...) -> [SpotMove.Fix] {
        points.enumerated().map { .init(point: $1, at: Meadow.start + .seconds($0 * 3_600)) }
    }

    private static func hour(_ hour: Int) -> Timestamp { Meadow.start + .seconds(hour * 3_600) }

    @Test func `distances are those of the globe`() throws {
        #expect(abs(home.metres(to: wood) - 1_112) < 1)
        #expect(abs(try Self.point(0, 179.999).metres(to: Self.point(0, -179.999)) - 222) < 1)
        #expect(home.metres(to: home) == 0)
    }

    @Test func `three that agree after the last one at home are a move`() throws {
        let place = try #require(
            spot(Self.fixes(home, wood, home, wood, wood, wood), known: [home])
        )
        #expect(place == .init(point: wood, firstAt: Self.hour(3), lastAt: Self.hour(5), images: 3))
        let two = spot(Self.fixes(home, wood, wood), known: [home])
        #expect(two == nil)
        let back = spot(Self.fixes(wood, wood, wood, home), known: [home])
        #expect(back == nil)
    }

    @Test func `noise is neither a move nor part of one`() throws {
        var around: [SpotMove.Fix] = []
        for hour in 0..<20 {
            let north = 48.2 + Double(hour % 5 - 2) * 0.000_4
            let east = 16.3 + Double(hour % 3 - 1) * 0.000_5
            around.append(.init(point: try Self.point(north, east), at: Self.hour(hour)))
        }
        let still = spot(around, known: [home])
        #expect(still == nil)
        let lost = spot(try Self.fixes(wood, pond, Self.point(48.3, 16.3)), known: [home])
        #expect(lost == nil)
        let place = try #require(
            spot(
                try Self.fixes(home, pond, wood, pond, wood, Self.point(48.210_3, 16.3)),
                known: [home]
            )
        )
        #expect(place.point == wood && place.images == 3 && place.firstAt == Self.hour(2))
    }

    @Test func `of two moves the first comes first`() throws {
        let all = Self.fixes(home, wood, wood, wood, pond, pond, pond)
        let first = try #require(spot(all, known: [home]))
        #expect(first.point == wood && first.images == 3 && first.lastAt == Self.hour(3))
        let second = try #require(spot(all, known: [home, wood]))
        #expect(second.point == pond && second.firstAt == Self.hour(4))
    }

    @Test func `what somebody typed into the menu long ago is no news`() throws {
        let typed = Self.fixes(wood, wood, wood, wood)
        let none = spot(typed, known: [home], stale: wood)
        #expect(none == nil)
        let fresh = try #require(
            spot(
                Self.fixes(wood, wood, pond, pond, pond),
                known: [home],
                stale: wood
            )
        )
        #expect(fresh.point == pond && fresh.firstAt == Self.hour(2))
    }

    @Test func `where the east ends the west is near`() throws {
        let place = try #require(
            spot(
                try Self.fixes(Self.point(-17, 179.999_9), Self.point(-17, -179.999_8), Self.point(-17, -179.999_7)),
                known: [home]
            )
        )
        #expect(try place.point == Self.point(-17, -179.999_8) && place.images == 3)
    }
}

import Core

/// Divides the time of a survey into occasions of so many days, as models of occupancy want it: the same for all cameras.
struct DetectionHistory: Sendable {
    /// More are no table for people, and no model for machines.
    static let mostOccasions = 2_000
    private static let day: Int64 = 86_400_000_000

    /// What clocks showed at the beginning of the first day.
    let start: Timestamp
    let daysPerOccasion: Int
    let count: Int

    /// From the day of `first` to that of `last`, both as clocks showed it.
    init(from first: Timestamp, to last: Timestamp, daysPerOccasion: Int) {
        let (begin, end) = (Self.days(first), Self.days(last))
        start = Timestamp(microseconds: begin * Self.day)
        self.daysPerOccasion = daysPerOccasion
        count = Int(max(0, end - begin)) / daysPerOccasion + 1
    }

    private static func days(_ time: Timestamp) -> Int64 {
        time.microseconds.quotientAndRemainder(flooringBy: day).quotient
    }

    /// The occasion that a time on a clock lies in.
    func occasion(of wall: Timestamp) -> Int? {
        let days = Self.days(wall) - Self.days(start)
        guard days >= 0 else { return nil }
        let occasion = Int(days) / daysPerOccasion
        return occasion < count ? occasion : nil
    }

    /// The first day of an occasion.
    func name(of occasion: Int) -> String {
        String((start + .seconds(occasion * daysPerOccasion * 86_400)).description.prefix(10))
    }

    /// For how many days a camera ran in an occasion, which ran from one time on its clock to another.
    func effort(from begin: Timestamp, to end: Timestamp, in occasion: Int) -> Double {
        let length = Int64(daysPerOccasion) * Self.day
        let first = start.microseconds + Int64(occasion) * length
        let share = min(end.microseconds, first + length) - max(begin.microseconds, first)
        return Double(max(0, share)) / Double(Self.day)
    }
}

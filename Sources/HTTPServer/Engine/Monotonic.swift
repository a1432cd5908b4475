internal import Glibc

/// Nanoseconds of the monotonic clock: deadlines are compared far too often for `ContinuousClock.Instant`.
struct Monotonic: Comparable, Sendable {
    let nanoseconds: UInt64

    static func now() -> Monotonic {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Monotonic(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    static func + (moment: Monotonic, duration: Duration) -> Monotonic {
        let parts = duration.components
        return Monotonic(
            nanoseconds: moment.nanoseconds + UInt64(max(0, parts.seconds)) * 1_000_000_000
                + UInt64(max(0, parts.attoseconds / 1_000_000_000))
        )
    }

    /// Seconds since then.
    var elapsed: Double { Double(Monotonic.now().nanoseconds - nanoseconds) / 1e9 }

    static func < (a: Monotonic, b: Monotonic) -> Bool { a.nanoseconds < b.nanoseconds }
}

internal import Core
internal import Glibc
internal import Synchronization

/// The `Date` of answers, made once a second.
final class DateStamp: Sendable {
    private let last = Mutex<(second: Int, text: String)>((0, ""))

    func now() -> String {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME_COARSE, &time)
        let second = Int(time.tv_sec)
        return last.withLock { last in
            if last.second != second { last = (second, HTTPDate.text(second)) }
            return last.text
        }
    }
}

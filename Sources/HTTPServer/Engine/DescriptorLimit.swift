internal import Glibc

/// How many files and sockets the process may have open.
enum DescriptorLimit {
    private static let wanted: rlim_t = 65_536

    /// Raises the soft limit: the usual 1,024 would be used up by connections alone.
    static func raise() {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < wanted else {
            return
        }
        limit.rlim_cur = min(wanted, limit.rlim_max)
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}

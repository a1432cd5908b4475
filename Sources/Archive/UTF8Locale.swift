internal import CArchive
internal import Glibc

/// Lets libarchive see names as UTF-8: it takes them through the locale of the thread, which is plain C in a server.
@safe final class UTF8Locale {
    private let raw: locale_t

    init() throws(ZipFault) {
        guard let raw = unsafe carchive_new_utf8() else { throw ZipFault(.other, "the system has no locale C.UTF-8") }
        unsafe self.raw = raw
    }

    deinit { unsafe freelocale(raw) }

    /// Runs `body`, which never waits, under the locale.
    func run<Value>(_ body: () -> Value) -> Value {
        let before = unsafe uselocale(raw)
        defer { _ = unsafe uselocale(before) }
        return body()
    }
}

import Glibc

/// A descriptor of the system with one owner, closed exactly once.
///
/// A class that closed a bare number in `deinit` would close it twice when its initialiser throws late, and the number
/// may belong to somebody else by then.
package struct FileDescriptor: ~Copyable, Sendable {
    /// Valid for as long as this value lives.
    package let number: Int32

    /// Takes over what a system call returned; `nil` when that was a failure.
    package init?(owning number: Int32) {
        guard number >= 0 else { return nil }
        self.number = number
    }

    /// Gives the descriptor to an owner outside of Swift, who closes it.
    package consuming func release() -> Int32 {
        let number = number
        discard self
        return number
    }

    deinit { _ = close(number) }
}

import Glibc

/// Replaces this process by a new one of the same program and words, under the same number.
package func beginAnew() throws -> Never {
    var words: [UnsafeMutablePointer<CChar>?] = unsafe CommandLine.arguments.map { unsafe strdup($0) } + [nil]
    _ = unsafe execv("/proc/self/exe", &words)
    let reason = unsafe String(cString: strerror(errno))
    throw StartFault("the worker cannot begin anew: \(reason). Cure: start it again")
}

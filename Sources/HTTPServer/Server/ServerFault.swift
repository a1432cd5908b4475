internal import Core
internal import Glibc

/// Why a server cannot begin to listen.
package struct ServerFault: Error, CustomStringConvertible {
    package enum Cause: Hashable, Sendable {
        /// The host is no address of this machine, or leads to none.
        case host
        /// Another program has the port.
        case portTaken
        /// This user may not have the port.
        case portForbidden
        /// The certificate or the key is not PEM, or the two do not belong together.
        case certificate
        case other
    }

    package let cause: Cause
    package let description: String

    init(_ cause: Cause, _ description: String) {
        self.cause = cause
        self.description = description
    }

    /// What the system said of a place to listen at.
    init(_ error: SystemError, host: String, port: Int) {
        switch error.code {
        case EADDRINUSE: self.init(.portTaken, "another program listens on \(host) port \(port)")
        case EACCES, EPERM: self.init(.portForbidden, "port \(port) is not open to this user")
        case EADDRNOTAVAIL: self.init(.host, "\(host) is no address of this machine")
        default: self.init(.other, "\(error)")
        }
    }
}

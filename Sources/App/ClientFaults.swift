package import Core
package import Database
package import HTTPServer
package import Imaging
package import Inference
package import ObjectStore

// How faults of the kit look to a client: the one place where they become HTTP.

extension PictureFault: ClientFacing {
    package var problem: Problem {
        switch self {
        case .notAPicture: Problem(400, "not-a-picture", description)
        case .broken: Problem(400, "broken-picture", description)
        case .brokenVideo: Problem(400, "broken-video", description)
        case .tooSmall: Problem(400, "picture-too-small", description)
        case .tooLarge, .tooManyBytes: Problem(413, "picture-too-large", description)
        case .formatNotEnabled: Problem(415, "format-not-enabled", description)
        }
    }
}

extension ModelFault: ClientFacing {
    package var problem: Problem {
        Problem(503, "missing-model", message, headers: code == .loading ? [("Retry-After", "1")] : [])
    }
}

extension Overloaded: ClientFacing {
    package var problem: Problem {
        Problem.unavailable("The server has as much work as it can bear. Try again in a moment.", retryAfter: 1)
    }
}

extension DeadlinePassed: ClientFacing {
    package var problem: Problem {
        Problem.unavailable("The picture waited too long for its turn. Try again in a moment.", retryAfter: 2)
    }
}

extension DatabaseFault: ClientFacing {
    package var problem: Problem {
        switch code {
        case .busy, .serialization: Problem.unavailable("The database is busy. Try again in a moment.", retryAfter: 1)
        case .full: Problem.storageFull
        default: Problem.unavailable("The database cannot be used; its keeper finds out why with: hedgerow doctor")
        }
    }
}

extension ObjectFault: ClientFacing {
    package var problem: Problem {
        switch code {
        case .notFound: Problem.notFound("The picture is not stored here any more.")
        case .full: Problem.storageFull
        case .changed: Problem(409, "object-changed", "The picture was replaced while it was read. Ask for it again.")
        default:
            Problem.unavailable(
                "Pictures cannot be stored or read: their folder is missing or closed to the server. Its keeper finds out"
                    + " which with hedgerow doctor, puts it back or opens it, and starts the server again."
            )
        }
    }
}

extension Problem {
    fileprivate static let storageFull = Problem(
        507,
        "storage-full",
        "The server's disk is full: nothing was stored. Tell its keeper.",
        headers: [("Retry-After", "600")]
    )
}

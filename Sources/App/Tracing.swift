import Core
import HTTPServer

extension Route {
    /// The same route with a span around each call, below the caller's where it sent one.
    func traced(by tracer: Tracer) -> Route {
        guard tracer.isOn else { return self }
        let name = "\(method.rawValue) \(pattern)"
        return wrapped { handler in
            { request in
                try await tracer.span(name, kind: .server, below: request.trace) { _ in try await handler(request) }
            }
        }
    }
}

import Synchronization

/// Collects finished spans for an exporter; without one it costs a comparison.
package final class Tracer: Sendable {
    private let capacity: Int
    private let finished = Mutex<(spans: [Span], dropped: Int)>(([], 0))
    private let clock: WallClock

    /// Keeps at most `capacity` spans until the exporter takes them; 0 turns tracing off.
    package init(capacity: Int, clock: WallClock = .system) {
        self.capacity = capacity
        self.clock = clock
    }

    package static let off = Tracer(capacity: 0)

    package var isOn: Bool { capacity > 0 }

    /// Runs `body` as a span below `parent`, and hands it the context for its own children.
    package func span<Value>(
        _ name: String,
        kind: Span.Kind = .inner,
        below parent: TraceContext?,
        _ body: (TraceContext?) async throws -> Value
    ) async throws -> Value {
        guard isOn, parent?.isSampled ?? true else { return try await body(parent) }
        let context = parent?.child() ?? .root()
        let start = clock.now()
        do {
            let value = try await body(context)
            record(Span(name: name, kind: kind, context: context, parent: parent?.span, start: start, end: clock.now()))
            return value
        } catch {
            var span = Span(
                name: name,
                kind: kind,
                context: context,
                parent: parent?.span,
                start: start,
                end: clock.now()
            )
            span.failure = "\(type(of: error))"
            record(span)
            throw error
        }
    }

    /// Keeps a finished span; when the exporter lags, the newest is dropped and counted.
    package func record(_ span: Span) {
        guard isOn, span.context.isSampled else { return }
        finished.withLock { finished in
            if finished.spans.count < capacity { finished.spans.append(span) } else { finished.dropped += 1 }
        }
    }

    /// Hands over what is finished, for an exporter.
    package func take() -> (spans: [Span], dropped: Int) {
        finished.withLock { finished in
            defer { finished = ([], 0) }
            return finished
        }
    }
}

/// A finished piece of work of a trace.
package struct Span: Sendable, Hashable {
    package enum Kind: Int, Sendable { case inner = 1, server = 2, client = 3 }

    package let name: String
    package let kind: Kind
    package let context: TraceContext
    package let parent: [UInt8]?
    package let start: Timestamp
    package let end: Timestamp
    package var attributes: [String: LogValue] = [:]
    /// What went wrong, without data of users; `nil` when nothing did.
    package var failure: String?

    package init(
        name: String,
        kind: Kind,
        context: TraceContext,
        parent: [UInt8]?,
        start: Timestamp,
        end: Timestamp
    ) {
        self.name = name
        self.kind = kind
        self.context = context
        self.parent = parent
        self.start = start
        self.end = end
    }
}

import Core
import Testing

private struct Broken: Error {}

struct TracingTests {
    @Test func `a traceparent is read and written back`() throws {
        let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let context = try #require(TraceContext(header))
        #expect(context.description == header)
        #expect(context.isSampled)
        #expect(context.child().trace == context.trace)
        #expect(context.child().span != context.span)
    }

    @Test(
        "What the standard forbids is no traceparent",
        arguments: [
            "", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-extra",
        ]
    )
    func refused(header: String) {
        #expect(TraceContext(header) == nil)
    }

    @Test func `spans know their parents, and failures are told`() async throws {
        let tracer = Tracer(capacity: 10)
        await #expect(throws: Broken.self) {
            try await tracer.span("outer", below: nil) { context in
                try await tracer.span("inner", below: context) { _ in throw Broken() }
            }
        }
        let spans = tracer.take().spans
        #expect(spans.map(\.name) == ["inner", "outer"])
        #expect(spans[0].parent == spans[1].context.span)
        #expect(spans[0].failure == "Broken")
        #expect(tracer.take().spans.isEmpty)
    }

    @Test func `a full tracer drops and counts, an idle one keeps nothing`() async throws {
        let small = Tracer(capacity: 1)
        for _ in 0..<3 { try await small.span("x", below: nil) { _ in } }
        let taken = small.take()
        #expect(taken.spans.count == 1 && taken.dropped == 2)
        try await Tracer.off.span("x", below: nil) { context in #expect(context == nil) }
        #expect(Tracer.off.take().spans.isEmpty)
    }
}

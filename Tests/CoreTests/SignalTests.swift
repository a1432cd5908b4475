import Core
import TestSupport
import Testing

struct SignalTests {
    private let bus = InProcessSignalBus(metrics: Metrics())

    @Test func `it does what every bus does`() async throws { try await expectSignals(between: bus, and: bus) }

    @Test(arguments: [(depth: 1, sent: 1), (1, 5), (3, 4), (4, 4), (10, 1_000)])
    func `a slow listener is told how many it missed, and gets the newest`(depth: Int, sent: Int) async throws {
        let metrics = Metrics()
        let bus = InProcessSignalBus(metrics: metrics)
        var listener = await bus.subscribe(to: "t", depth: depth).makeAsyncIterator()
        for number in 0..<sent { try await bus.publish(Array("\(number)".utf8), to: "t") }
        if sent > depth { #expect(await listener.next() == .missed(sent - depth)) }
        for number in max(0, sent - depth)..<sent {
            #expect(await listener.next() == .message(Array("\(number)".utf8)))
        }
        try await bus.publish([7], to: "t")
        #expect(await listener.next() == .message([7]))
        #expect(metrics.text().contains("signals_missed_total \(Double(max(0, sent - depth)))\n"))
    }

    @Test func `an interruption is told to all, and a topic is known for as long as somebody listens`() async {
        let listeners = SignalListeners(metrics: Metrics())
        await withTaskGroup(of: SignalEvent?.self) { group in
            for topic in ["a", "a", "b"] as [SignalTopic] {
                let sequence = listeners.add(to: topic, depth: 2)
                group.addTask {
                    for await event in sequence { return event }
                    return nil
                }
            }
            #expect(listeners.topics == ["a", "b"])
            listeners.interrupt()
            for await event in group { #expect(event == .interrupted) }
        }
        #expect(listeners.topics.isEmpty)
    }

    @Test func `a cancelled listener leaves`() async {
        let listeners = SignalListeners(metrics: Metrics())
        let sequence = listeners.add(to: "a", depth: 2)
        let task = Task { for await _ in sequence {} }
        task.cancel()
        await task.value
        #expect(listeners.topics.isEmpty)
    }
}

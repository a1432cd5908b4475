package import Core
import Testing

/// What every bus does, whatever carries its signals; `here` and `there` hear each other, as two processes would.
package func expectSignals(between here: some SignalBus, and there: some SignalBus) async throws {
    try await expectDelivery(between: here, and: there)
    try await expectAnyContent(from: there, to: here)
    try await expectBounds(here)
}

/// Every listener of a topic gets its signals, in order, and nobody else does.
private func expectDelivery(between here: some SignalBus, and there: some SignalBus) async throws {
    var first = await here.subscribe(to: "leaves", depth: 10).makeAsyncIterator()
    var second = await here.subscribe(to: "leaves", depth: 10).makeAsyncIterator()
    var third = await there.subscribe(to: "leaves", depth: 10).makeAsyncIterator()
    var other = await here.subscribe(to: "cameras", depth: 10).makeAsyncIterator()
    for number in UInt8(1)...3 { try await there.publish([number], to: "leaves") }
    try await here.publish([4], to: "leaves")
    try await there.publish([9], to: "cameras")
    for number in UInt8(1)...4 {
        #expect(await first.next() == .message([number]))
        #expect(await second.next() == .message([number]))
        #expect(await third.next() == .message([number]))
    }
    #expect(await other.next() == .message([9]))
}

/// Topics are any text and payloads any bytes, up to their limits.
private func expectAnyContent(from there: some SignalBus, to here: some SignalBus) async throws {
    let topics = [
        "", " ", "Äpfel/𝄞", "a'b\"c\\d;--", "jobs.\u{0}.1", "jobs.*",
        String(repeating: "ü", count: SignalFault.longestTopic / 2),
    ]
    let payloads: [[UInt8]] = [
        [], [0], [0, 13, 10, 255], Array(0...255), [UInt8](repeating: 255, count: SignalFault.largestPayload),
    ]
    for topic in topics.map(SignalTopic.init(rawValue:)) {
        var listener = await here.subscribe(to: topic, depth: 10).makeAsyncIterator()
        for payload in payloads { try await there.publish(payload, to: topic) }
        for payload in payloads {
            #expect(await listener.next() == .message(payload), "\(topic.rawValue.debugDescription)")
        }
    }
}

/// What is too large for some bus is refused by all, and a slow listener is told how many it missed.
private func expectBounds(_ bus: some SignalBus) async throws {
    let large = [UInt8](repeating: 1, count: SignalFault.largestPayload + 1)
    let payloadFault = await #expect(throws: SignalFault.self) { try await bus.publish(large, to: "a") }
    #expect(payloadFault?.part == .payload)
    let long = SignalTopic(rawValue: String(repeating: "a", count: SignalFault.longestTopic + 1))
    let topicFault = await #expect(throws: SignalFault.self) { try await bus.publish([1], to: long) }
    #expect(topicFault?.part == .topic)

    var slow = await bus.subscribe(to: "slow", depth: 3).makeAsyncIterator()
    var quick = await bus.subscribe(to: "slow", depth: 100).makeAsyncIterator()
    for number in UInt8(0)..<50 { try await bus.publish([number], to: "slow") }
    for number in UInt8(0)..<50 { #expect(await quick.next() == .message([number])) }
    // What comes after is delivered after, so the slow one has all that it gets.
    var after = await bus.subscribe(to: "after", depth: 1).makeAsyncIterator()
    try await bus.publish([1], to: "after")
    #expect(await after.next() == .message([1]))
    #expect(await slow.next() == .missed(47))
    #expect(await slow.next() == .message([47]))
}

/// How long marks live, and how long others wait for them.
package struct MarkTimes: Sendable {
    /// How often a holder says that it is still there.
    package var renewal = Duration.seconds(120)
    /// A holder that could not say so for this long stops: others may soon take it for dead.
    package var leeway = Duration.seconds(600)
    /// A mark that was not renewed for this long is that of a process that was killed.
    package var lifetime = Duration.seconds(900)
    /// How long a backup waits for another one to end its clearing up; longer than a dead mark lives.
    package var patience = Duration.seconds(1_200)
    /// How often it looks meanwhile.
    package var look = Duration.seconds(2)

    package init() {}
}

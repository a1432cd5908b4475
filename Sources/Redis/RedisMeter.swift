import Core

/// What the client counts.
struct RedisMeter: Sendable {
    let commands: Counter
    let errors: Counter
    let reconnects: Counter
    let seconds: Histogram

    init(metrics: Metrics) {
        commands = metrics.counter("redis_commands_total", "Commands that Redis answered", labels: ["command"])
        errors = metrics.counter("redis_errors_total", "Commands that failed, by kind of fault", labels: ["kind"])
        reconnects = metrics.counter("redis_reconnects_total", "Connections made anew after one was lost")
        seconds = metrics.histogram("redis_command_seconds", "From asking to the reply, waiting included")
    }
}

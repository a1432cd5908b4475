/// How a session uses the machine.
package struct SessionOptions: Hashable, Sendable {
    /// Cores to work on; each gets a worker.
    package var cores: Int
    /// Pictures that may wait; one more is refused.
    package var depth: Int
    package var grouping: Grouping

    package enum Grouping: Hashable, Sendable {
        /// `measured(upTo: 4)` for bf16 on AMX tiles, `never` elsewhere, where groups gained nothing (see README.md).
        case automatic
        /// Each picture is a run of its own.
        case never
        /// Up to so many waiting pictures are one run, if the warm-up finds that faster on this machine.
        case measured(upTo: Int)
        /// Up to so many waiting pictures are one run.
        case always(upTo: Int)
    }

    package var duty = Duty.interactive

    /// Who waits for the answers.
    package enum Duty: Hashable, Sendable {
        /// People: a picture that is alone is spread over all cores.
        case interactive
        /// Nobody in particular: each picture keeps to one core, and gives way to whatever else wants it.
        case bulk
    }

    /// One core is left to those whom people wait for.
    package static func bulk(cores: Int = max(1, availableCores() - 1)) -> SessionOptions {
        var options = SessionOptions(cores: cores, grouping: .never)
        options.duty = .bulk
        return options
    }

    package init(cores: Int = availableCores(), depth: Int = 64, grouping: Grouping = .automatic) {
        precondition(cores > 0 && depth > 0, "a session needs a core and a queue")
        self.cores = cores
        self.depth = depth
        self.grouping = grouping
    }
}

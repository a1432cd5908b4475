internal import Core

/// What the warm-up found: seconds of one picture, and of one picture in a group of each size.
struct WarmUp: Hashable, Sendable {
    let alone: Double
    let inGroup: [Int: Double]
}

/// One core's requests; lives on its thread and nowhere else.
final class InferenceWorker {
    let index: Int
    private let outputs: Int
    private let narrow: InferRequest
    private let wide: InferRequest?
    private var groups: [Int: InferRequest]

    init(_ programs: SessionPrograms, index: Int, outputs: Int) throws(OpenVINOFault) {
        self.index = index
        self.outputs = outputs
        narrow = try programs.narrow.request()
        wide = index == 0 ? try programs.wide?.request() : nil
        var groups: [Int: InferRequest] = [:]
        for (size, program) in programs.groups { groups[size] = try program.request() }
        self.groups = groups
    }

    /// Runs every request, so that no client pays for first-time allocations.
    func warmUp(_ shape: [Int]) throws(OpenVINOFault) -> WarmUp {
        let picture = InputTensor(shape: shape, repeating: 0)
        if let wide { try time(wide, picture) }
        var inGroup: [Int: Double] = [:]
        for (size, request) in groups {
            let group = InputTensor(joining: Array(repeating: picture, count: size))
            inGroup[size] = try time(request, group) / Double(size)
        }
        return WarmUp(alone: try time(narrow, picture), inGroup: inGroup)
    }

    /// The shorter of two runs after a first one.
    @discardableResult
    private func time(_ request: InferRequest, _ input: InputTensor) throws(OpenVINOFault) -> Double {
        let clock = ContinuousClock()
        var best = Double.infinity
        for run in 0..<3 {
            let began = clock.now
            try request.run(input, outputs: 0) { _ in }
            if run > 0 { best = min(best, (clock.now - began).seconds) }
        }
        return best
    }

    /// Frees the requests of groups that will not be run.
    func keepGroups(_ sizes: [Int]) { groups = groups.filter { sizes.contains($0.key) } }

    /// One answer a job, in their order.
    func perform(
        _ run: SessionQueue<InferenceJob>.Run,
        ports: [Port]
    ) throws(OpenVINOFault) -> [[OutputTensor]] {
        let jobs = run.jobs
        let isGroup = jobs.count > 1
        let request = isGroup ? groups[jobs.count] ?? narrow : run.isWide ? wide ?? narrow : narrow
        let input = isGroup ? InputTensor(joining: jobs.map(\.input)) : jobs[0].input
        return try request.run(input, outputs: outputs) { views in
            jobs.enumerated().map { place, job in
                zip(ports, views).compactMap { port, view in
                    guard job.outputs.contains(port.name) else { return nil }
                    return OutputTensor(
                        name: port.name,
                        shape: isGroup ? [1] + view.shape.dropFirst() : view.shape,
                        values: view.values(ofPicture: place, of: jobs.count)
                    )
                }
            }
        }
    }
}

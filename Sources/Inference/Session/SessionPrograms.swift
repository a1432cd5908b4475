/// One network compiled several ways: over all cores for a lone picture, one stream a core for many, and for groups.
struct SessionPrograms: Sendable {
    let wide: CompiledNetwork?
    let narrow: CompiledNetwork
    /// By the number of pictures in a run.
    let groups: [Int: CompiledNetwork]
    let mustGainFromGroups: Bool

    /// Shapes are fixed before compiling: a network of open batch size was up to a third slower.
    init(
        runtime: OpenVINORuntime,
        network: borrowing Network,
        input: Port,
        pictureShape: [Int],
        usesBF16: Bool,
        options: SessionOptions
    ) throws(OpenVINOFault) {
        let cores = options.cores
        let largest: Int
        switch options.grouping {
        case .automatic:
            (largest, mustGainFromGroups) = usesBF16 && CPUFeatures.current.hasAMXBF16 ? (4, true) : (1, false)
        case .never: (largest, mustGainFromGroups) = (1, false)
        case .measured(let count): (largest, mustGainFromGroups) = (count, true)
        case .always(let count): (largest, mustGainFromGroups) = (count, false)
        }
        var groups: [Int: CompiledNetwork] = [:]
        let isOpen = input.shape[0] == nil
        if isOpen && largest > 1 {
            try network.reshape(input.name, to: [largest] + pictureShape.dropFirst())
            groups[largest] = try runtime.compile(
                network,
                CompilePlan(streams: cores, threads: cores, usesBF16: usesBF16)
            )
        }
        self.groups = groups
        if isOpen { try network.reshape(input.name, to: pictureShape) }
        narrow = try runtime.compile(network, CompilePlan(streams: cores, threads: cores, usesBF16: usesBF16))
        wide =
            cores > 1 && options.duty == .interactive
            ? try runtime.compile(network, CompilePlan(streams: 1, threads: cores, usesBF16: usesBF16)) : nil
    }
}

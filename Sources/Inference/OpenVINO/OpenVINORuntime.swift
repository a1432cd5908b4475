internal import COpenVINO

/// The OpenVINO library with its CPU plugin loaded; one a process is enough.
@safe package final class OpenVINORuntime {
    private let core: OpaquePointer

    package init() throws(OpenVINOFault) {
        var core: OpaquePointer?
        unsafe try check(ov_core_create(&core), "create the core")
        unsafe self.core = try given(core, "create the core")
    }

    deinit { unsafe ov_core_free(core) }

    /// Reads an ONNX file.
    func network(at path: String) throws(OpenVINOFault) -> Network {
        var model: OpaquePointer?
        unsafe try check(ov_core_read_model(core, path, nil, &model), "read the model")
        return unsafe Network(raw: try given(model, "read the model"))
    }

    /// Compiles a network for this machine's CPU.
    func compile(_ network: borrowing Network, _ plan: CompilePlan) throws(OpenVINOFault) -> CompiledNetwork {
        var compiled: OpaquePointer?
        let status = unsafe withProperties(plan.properties) { properties in
            unsafe ov_core_compile_model_props(
                core,
                network.raw,
                "CPU",
                properties.count,
                properties.baseAddress,
                &compiled
            )
        }
        try check(status, "compile the model")
        return unsafe CompiledNetwork(raw: try given(compiled, "compile the model"))
    }

    /// The library's version, such as `2026.4.1-…`.
    package static func version() throws(OpenVINOFault) -> String {
        var version = unsafe ov_version_t()
        unsafe try check(ov_get_openvino_version(&version), "ask for the version")
        defer { unsafe ov_version_free(&version) }
        guard let text = unsafe version.buildNumber else { return "unknown" }
        return unsafe String(cString: text)
    }
}

/// `ov::Core` is documented as safe to use from several threads; the pointer never leaves this object.
extension OpenVINORuntime: @unchecked Sendable {}

/// How a network is laid out on the cores.
struct CompilePlan: Hashable, Sendable {
    /// Runs that may go on at the same time.
    var streams: Int
    /// Threads of all streams together.
    var threads: Int
    /// Computes in bfloat16 where the network holds floats; OpenVINO is always told, never left to guess.
    var usesBF16: Bool

    /// Threads are not pinned: the HTTP server and the picture decoder live on the same cores.
    var properties: [(key: String, value: String)] {
        [
            ("INFERENCE_PRECISION_HINT", usesBF16 ? "bf16" : "f32"),
            ("NUM_STREAMS", "\(streams)"),
            ("INFERENCE_NUM_THREADS", "\(threads)"),
            ("ENABLE_CPU_PINNING", "NO"),
        ]
    }
}

/// Lends C strings for the length of one call; OpenVINO copies what it keeps.
private func withProperties<Result>(
    _ pairs: [(key: String, value: String)],
    _ body: (UnsafeBufferPointer<ov_property_t>) -> Result
) -> Result {
    var texts: [UInt8] = []
    let offsets = pairs.map { pair in
        let key = texts.count
        texts += Array(pair.key.utf8) + [0]
        let value = texts.count
        texts += Array(pair.value.utf8) + [0]
        return (key: key, value: value)
    }
    return unsafe texts.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return unsafe body(UnsafeBufferPointer(start: nil, count: 0)) }
        let properties = unsafe offsets.map { offset in
            unsafe ov_property_t(
                key: (base + offset.key).assumingMemoryBound(to: CChar.self),
                value: base + offset.value
            )
        }
        return unsafe properties.withUnsafeBufferPointer(body)
    }
}

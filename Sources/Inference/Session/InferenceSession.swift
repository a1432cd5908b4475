internal import Core
internal import Dispatch
internal import Synchronization

/// A compiled model with a bounded queue and one thread a core.
///
/// A request that is alone is spread over all cores (lowest latency); when several are there each core runs its own
/// (highest throughput). Dropping the last reference lets what was admitted finish, then ends the threads: that is
/// what makes a swap lose nothing.
package final class InferenceSession: Sendable {
    package let name: String
    package let input: Port
    package let outputs: [Port]
    package let precision: Precision
    package let options: SessionOptions
    /// The shape of one picture; a first axis of any size counts as 1.
    package let pictureShape: [Int]
    /// Held by the threads too, which end some milliseconds after this session is gone.
    let engine: InferenceEngine

    /// Compiles the network at `path` and warms every request; takes a fraction of a second, so never on the cooperative pool.
    package init(
        name: String,
        path: String,
        precision: Precision,
        runtime: OpenVINORuntime,
        options: SessionOptions = SessionOptions()
    ) throws(OpenVINOFault) {
        self.name = name
        self.precision = precision
        self.options = options
        let network = try runtime.network(at: path)
        let inputs = try network.inputs()
        guard inputs.count == 1, let input = inputs.first, input.elementType == .float32, input.shape.count > 1 else {
            throw OpenVINOFault(code: .mismatch, detail: "the model has not exactly one float32 input")
        }
        let shape = [input.shape[0] ?? 1] + input.shape.dropFirst().compactMap { $0 }
        guard shape.count == input.shape.count else {
            throw OpenVINOFault(code: .mismatch, detail: "only the first axis of the input may vary")
        }
        self.input = input
        pictureShape = shape
        outputs = try network.outputs()
        let programs = try SessionPrograms(
            runtime: runtime,
            network: network,
            input: input,
            pictureShape: shape,
            usesBF16: precision == .bf16,
            options: options
        )
        engine = InferenceEngine(options: options, outputs: outputs, pictureShape: shape)
        do {
            try engine.start(programs)
        } catch {
            engine.close()
            throw error
        }
    }

    deinit { engine.close() }

    /// Pictures that wait, for metrics.
    package var waitingCount: Int { engine.waitingCount }
    /// How long a picture that came now would wait: for `Retry-After`.
    package var expectedWait: Duration { engine.expectedWait }
    /// Pictures that are run together when enough wait.
    package var groupSizes: [Int] { engine.groupSizes }

    /// Runs the model on one picture.
    ///
    /// Cancelled while it waits, the picture leaves the queue at once and `CancellationError` is thrown. A run that has
    /// begun takes milliseconds and is left to finish.
    /// - Parameters:
    ///   - tensor: a picture of `pictureShape`.
    ///   - names: the outputs to copy out; others cost nothing.
    ///   - deadline: when the answer is of no use any more.
    /// - Returns: the outputs in the model's order.
    /// - Throws: `Overloaded` when the queue is full or would outlast `deadline`, `DeadlinePassed`, `OpenVINOFault`.
    package func run(
        _ tensor: InputTensor,
        outputs names: Set<String>,
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> [OutputTensor] {
        precondition(tensor.shape == pictureShape, "the tensor has the model's shape")
        try Task.checkCancellation()
        let id = engine.newID()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let job = InferenceJob(id: id, input: tensor, outputs: names, deadline: deadline) {
                    continuation.resume(with: $0)
                }
                guard engine.admit(job) else {
                    continuation.resume(throwing: Overloaded(resource: name))
                    return
                }
                // The cancellation handler may have run before the job stood in the queue.
                if Task.isCancelled { engine.withdraw(id) }
            }
        } onCancel: {
            engine.withdraw(id)
        }
    }
}

extension InferenceSession {
    /// The same on a thread that may block.
    func runBlocking(
        _ tensor: InputTensor,
        outputs names: Set<String>,
        deadline: ContinuousClock.Instant? = nil
    ) throws -> [OutputTensor] {
        precondition(tensor.shape == pictureShape, "the tensor has the model's shape")
        let answer = Mutex<Result<[OutputTensor], any Error>>(.failure(Overloaded(resource: name)))
        let done = DispatchSemaphore(value: 0)
        let job = InferenceJob(id: engine.newID(), input: tensor, outputs: names, deadline: deadline) { result in
            answer.withLock { $0 = result }
            done.signal()
        }
        if engine.admit(job) { done.wait() }
        return try answer.withLock { $0 }.get()
    }
}

/// A picture waited longer than its sender would.
package struct DeadlinePassed: Error, Hashable, Sendable {
    package init() {}
}

struct InferenceJob: SessionJob, Sendable {
    let id: UInt64
    let input: InputTensor
    let outputs: Set<String>
    let deadline: ContinuousClock.Instant?
    let answer: @Sendable (Result<[OutputTensor], any Error>) -> Void
}

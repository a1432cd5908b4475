/// Float32 values in the shape a model asks for, aligned for the CPU's widest registers.
///
/// Filled once by its maker, then given away: whoever receives it only reads.
@safe package final class InputTensor {
    package let shape: [Int]
    package let count: Int
    /// Read by the inference thread while it holds the tensor.
    let memory: UnsafeMutableRawPointer

    /// Makes a tensor for `fill` to write every value of, in the order of the shape (NCHW for our models).
    @unsafe package init(shape: [Int], uninitialized fill: (UnsafeMutableBufferPointer<Float>) -> Void) {
        precondition(!shape.contains { $0 < 1 }, "a tensor has at least one value on each axis")
        self.shape = shape
        count = shape.reduce(1, *)
        unsafe memory = .allocate(byteCount: count * 4, alignment: 64)
        unsafe fill(UnsafeMutableBufferPointer(start: memory.bindMemory(to: Float.self, capacity: count), count: count))
    }

    /// A tensor of values that are already there.
    package convenience init(shape: [Int], values: some Collection<Float>) {
        precondition(values.count == shape.reduce(1, *), "the values fill the shape")
        unsafe self.init(shape: shape) { buffer in unsafe _ = buffer.initialize(fromContentsOf: values) }
    }

    /// A tensor with the same value everywhere.
    package convenience init(shape: [Int], repeating value: Float) {
        unsafe self.init(shape: shape) { buffer in unsafe buffer.initialize(repeating: value) }
    }

    /// Several pictures one after another in one tensor, for a run of a group.
    init(joining parts: [InputTensor]) {
        let first = parts[0]
        precondition(parts.allSatisfy { $0.shape == first.shape && $0.shape[0] == 1 }, "a group has one shape")
        shape = [parts.count] + first.shape.dropFirst()
        count = parts.count * first.count
        unsafe memory = .allocate(byteCount: count * 4, alignment: 64)
        for (index, part) in parts.enumerated() {
            unsafe (memory + index * first.count * 4).copyMemory(from: part.memory, byteCount: first.count * 4)
        }
    }

    deinit { unsafe memory.deallocate() }
}

/// Written only inside `init`, before anyone else can see it; read-only afterwards.
extension InputTensor: @unchecked Sendable {}

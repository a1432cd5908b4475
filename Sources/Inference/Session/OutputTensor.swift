/// One named output of a run, copied out of the runtime's memory.
package struct OutputTensor: Hashable, Sendable {
    package let name: String
    package let shape: [Int]
    package let values: [Float]
}

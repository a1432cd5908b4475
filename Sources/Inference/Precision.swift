/// How finely a model computes.
package enum Precision: String, CaseIterable, Sendable, Codable {
    case f32, bf16, int8
}

/// The setting: a precision, or the best that was checked for this processor.
package enum PrecisionChoice: String, CaseIterable, Sendable, Codable {
    case auto, f32, bf16, int8

    /// What to compute in.
    ///
    /// `auto` takes bf16 where the processor has `amx_bf16` **and** the package says that bf16 was checked, else f32.
    /// - Throws: `ModelFault.precision` when int8 is asked of a package without a quantised file.
    package func resolve(for model: ModelPackage, on cpu: CPUFeatures) throws(ModelFault) -> Precision {
        switch self {
        case .f32: return .f32
        case .bf16: return .bf16
        case .int8:
            guard model.int8 != nil else {
                throw ModelFault(
                    .precision,
                    model: model.name,
                    reason: "the package has no int8 file (files.onnx_int8 in model.json)"
                )
            }
            return .int8
        case .auto: return cpu.hasAMXBF16 && model.precisionChecks["bf16"]?.passed == true ? .bf16 : .f32
        }
    }
}

/// Why a model can't be used, and the command that cures it.
///
/// `reason` and `cure` may be shown to anyone; `detail` is for the operator's log only.
package struct ModelFault: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// No such model, or a file of it is absent.
        case missing
        /// `model.json` does not say what is needed.
        case badDescription
        /// A file is not the one that the description was written for.
        case altered
        /// The runtime refused the file, or it is not what the description says.
        case unusable
        /// The asked precision is not to be had with this package.
        case precision
        /// Being loaded and warmed.
        case loading
    }

    package let code: Code
    /// The model's name, or its folder's where the name can't be read.
    package let model: String
    /// What is wrong; names the file and the field.
    package let reason: String
    /// The command that cures it.
    package let cure: String
    package let detail: String

    /// `cure` is given where the place of the package tells a better one than its name alone.
    package init(_ code: Code, model: String, reason: String, detail: String = "", cure: String? = nil) {
        self.code = code
        self.model = model
        self.reason = reason
        self.detail = detail
        self.cure = cure ?? Self.cure(code, model)
    }

    private static func cure(_ code: Code, _ model: String) -> String {
        switch code {
        case .missing, .altered, .unusable: "hedgerow models install \(model) --from FOLDER"
        case .badDescription: "hedgerow models verify \(model)"
        case .precision: "hedgerow serve --precision f32"
        case .loading: "wait a moment"
        }
    }

    /// The same fault of the model that goes by `name` here, whatever its package calls itself.
    package func of(_ name: String, reinstall: String? = nil) -> ModelFault {
        let cure: String? =
            switch code {
            case .missing, .altered, .unusable, .badDescription: reinstall
            case .precision, .loading: nil
            }
        return ModelFault(code, model: name, reason: reason, detail: detail, cure: cure)
    }

    /// One sentence for people: what is wrong and what to do.
    package var message: String {
        code == .loading
            ? "The model “\(model)” is being loaded; try again in a moment."
            : "The model “\(model)” is unavailable: \(reason). Run `\(cure)`."
    }

    package var description: String { "ModelFault.\(code)(\(model))" }
}

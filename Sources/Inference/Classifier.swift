internal import FoundationEssentials

/// A loaded model that names what a picture shows.
package final class Classifier: Sendable {
    package let package: ModelPackage
    package let session: InferenceSession
    private let head: ClassifierHead?

    package var identity: ModelIdentity { package.identity }
    package var precision: Precision { session.precision }

    /// Checks the package's file, compiles and warms it; blocks for a fraction of a second, so never on the cooperative pool.
    package init(
        _ package: ModelPackage,
        precision choice: PrecisionChoice = .auto,
        cpu: CPUFeatures = .current,
        runtime: OpenVINORuntime,
        options: SessionOptions = SessionOptions()
    ) throws(ModelFault) {
        self.package = package
        let precision = try choice.resolve(for: package, on: cpu)
        let file = precision == .int8 ? package.int8 ?? package.float : package.float
        try package.verify(file)
        do {
            session = try InferenceSession(
                name: package.name,
                path: package.path(of: file),
                precision: precision,
                runtime: runtime,
                options: options
            )
        } catch {
            throw ModelFault(
                .unusable,
                model: package.name,
                reason: "\(file.path) can't be loaded",
                detail: error.detail
            )
        }
        try Self.compare(session, with: package, file: file)
        head = try Self.head(of: package)
    }

    /// Whether `explain` has what it needs.
    package var canExplain: Bool { head != nil && package.outputs.features != nil }

    /// Classifies one picture that lies in a tensor of `package.inputShape`.
    ///
    /// - Parameters:
    ///   - tensor: the picture.
    ///   - keepFeatures: keep what `explain` needs; costs 0.1 MB an answer.
    ///   - deadline: when the answer is of no use any more.
    /// - Returns: probabilities of all classes and whether to believe them.
    /// - Throws: `Overloaded`, `DeadlinePassed`, `CancellationError`, or `OpenVINOFault`.
    package func classify(
        _ tensor: InputTensor,
        keepFeatures: Bool = false,
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> Classification {
        let names: Set<String> =
            keepFeatures && canExplain
            ? [ModelPackage.Outputs.logits, ModelPackage.Outputs.features]
            : [ModelPackage.Outputs.logits]
        let outputs = try await session.run(tensor, outputs: names, deadline: deadline)
        var logits: [Float] = []
        var features: FeatureMap?
        for output in outputs {
            if output.name == ModelPackage.Outputs.logits { logits = output.values }
            if output.name == ModelPackage.Outputs.features, let shape = package.outputs.features {
                features = FeatureMap(
                    channels: shape.channels,
                    rows: shape.rows,
                    columns: shape.columns,
                    values: output.values
                )
            }
        }
        return Classification(logits: logits, features: features, model: package, precision: precision)
    }

    /// Where the evidence for a class lies; `nil` when the classification kept no features.
    package func explain(_ classification: Classification, class label: Int) -> ActivationMap? {
        guard let head, let features = classification.features, package.classes.indices.contains(label) else {
            return nil
        }
        return head.activation(of: label, in: features)
    }

    /// The bias of a class: its logit is the mean of its activation map plus this.
    func bias(of label: Int) -> Float? { head?.bias[label] }

    /// A description that does not fit the file would give wrong names, so it is refused.
    private static func compare(
        _ session: InferenceSession,
        with package: ModelPackage,
        file: ModelPackage.File
    ) throws(ModelFault) {
        func refuse(_ reason: String) throws(ModelFault) -> Never {
            throw ModelFault(.unusable, model: package.name, reason: "\(file.path) \(reason)")
        }
        guard session.input.name == package.input.name, session.pictureShape == package.inputShape else {
            try refuse("takes another input than model.json says (input.name, input.shape)")
        }
        guard let logits = session.outputs.first(where: { $0.name == ModelPackage.Outputs.logits }) else {
            try refuse("has no output “logits”")
        }
        guard logits.elementType == .float32, logits.shape.last == package.classes.count else {
            try refuse("does not give one logit for each of the \(package.classes.count) classes")
        }
        guard let features = package.outputs.features else { return }
        let shape = [features.channels, features.rows, features.columns]
        guard
            let output = session.outputs.first(where: { $0.name == ModelPackage.Outputs.features }),
            output.elementType == .float32, output.shape.dropFirst().elementsEqual(shape)
        else { try refuse("does not give the features that model.json says (outputs.features)") }
    }

    /// The last layer as floats, read from the float file whatever the precision.
    private static func head(of package: ModelPackage) throws(ModelFault) -> ClassifierHead? {
        guard let names = package.outputs.head, let features = package.outputs.features else { return nil }
        let bytes: Data
        let found: [String: ONNXInitializer]
        do {
            bytes = try Data(contentsOf: URL(filePath: package.path(of: package.float)), options: .mappedIfSafe)
            found = try ONNXInitializer.find([names.weights, names.bias], in: bytes)
        } catch {
            throw ModelFault(
                .unusable,
                model: package.name,
                reason: "\(package.float.path) can't be read",
                detail: "\(error)"
            )
        }
        guard let weights = found[names.weights], let bias = found[names.bias],
            let head = ClassifierHead(
                weights: weights,
                bias: bias,
                classes: package.classes.count,
                channels: features.channels
            )
        else {
            throw ModelFault(
                .unusable,
                model: package.name,
                reason: "\(package.float.path) does not hold the weights that outputs.class_activation_map names"
            )
        }
        return head
    }
}

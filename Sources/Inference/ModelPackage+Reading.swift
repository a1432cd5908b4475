internal import Core
internal import FoundationEssentials

extension ModelPackage {
    /// Reads `model.json` of a folder; the ONNX files are looked at by `verify()` and when the model is loaded.
    package static func read(folder: String) throws(ModelFault) -> ModelPackage {
        try describing(folder: folder) { bytes throws(DescriptionFault) in
            let description: ModelDescription
            do { description = try JSONDecoder().decode(ModelDescription.self, from: bytes) } catch {
                throw DescriptionFault(error)
            }
            return try ModelPackage(description, folder: folder)
        }
    }

    /// Hands over the bytes of `model.json`; what is wrong with them becomes a fault that names the field.
    static func describing<Package>(
        folder: String,
        _ read: (Data) throws(DescriptionFault) -> Package
    ) throws(ModelFault) -> Package {
        let folderName = folder.split(separator: "/").last.map(String.init) ?? folder
        let path = folder + "/model.json"
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw ModelFault(.missing, model: folderName, reason: "model.json is missing", detail: path)
        }
        do {
            return try read(bytes)
        } catch {
            throw ModelFault(
                .badDescription,
                model: folderName,
                reason: "model.json: \(error.field) \(error.problem)",
                detail: path
            )
        }
    }

    fileprivate init(_ description: ModelDescription, folder: String) throws(DescriptionFault) {
        self.folder = folder
        name = try description.name.required("name")
        version = try description.version.required("version")
        task = description.task
        architecture = description.architecture
        float = try File(description.files.onnx, field: "files.onnx")
        int8 = try description.files.int8.map { file throws(DescriptionFault) in
            try File(file, field: "files.onnx_int8")
        }
        input = try Input(description.input)
        let classes = description.classes
        guard !classes.isEmpty else { throw DescriptionFault("classes", "is empty") }
        for (position, label) in classes.enumerated() where label.index != position {
            throw DescriptionFault("classes[\(position)].index", "is \(label.index), should be \(position)")
        }
        guard Set(classes.map(\.id)).count == classes.count else { throw DescriptionFault("classes", "repeat an id") }
        self.classes = classes
        outputs = try Outputs(description.outputs, classes: classes.count)
        if let id = description.rejectClass {
            guard let index = classes.firstIndex(where: { $0.id == id }) else {
                throw DescriptionFault("reject_class", "is none of the classes")
            }
            rejectIndex = index
        } else {
            rejectIndex = nil
        }
        guard description.temperature.isFinite, description.temperature > 0 else {
            throw DescriptionFault("temperature", "is not above 0")
        }
        temperature = Float(description.temperature)
        reject = try description.reject.map { rule throws(DescriptionFault) in
            guard rule.score.hasPrefix("energy") else {
                throw DescriptionFault(
                    "reject.score",
                    "is not “energy logsumexp(leaf logits)”, the only rule known here"
                )
            }
            guard rule.threshold.isFinite else { throw DescriptionFault("reject.threshold", "is not a number") }
            return Reject(threshold: Float(rule.threshold))
        }
        licence = try description.licence.required("licence")
        limits = description.limits
        evaluations = description.metrics?.sets ?? [:]
        precisionChecks = description.precisionChecked ?? [:]
    }
}

extension ModelPackage.File {
    init(_ file: ModelDescription.File, field: String) throws(DescriptionFault) {
        guard !file.path.isEmpty, !file.path.hasPrefix("/"), !file.path.split(separator: "/").contains("..") else {
            throw DescriptionFault("\(field).path", "does not lie in the model's folder")
        }
        guard let digest = SHA256(hexadecimal: file.sha256) else {
            throw DescriptionFault("\(field).sha256", "is not 64 hexadecimal digits")
        }
        self.init(path: file.path, digest: digest, bytes: file.bytes, url: file.url)
    }
}

extension ModelPackage.Input {
    fileprivate init(_ input: ModelDescription.Input) throws(DescriptionFault) {
        guard input.layout == "NCHW" else { throw DescriptionFault("input.layout", "is not NCHW") }
        guard input.dtype == "float32" else { throw DescriptionFault("input.dtype", "is not float32") }
        guard input.colour == "RGB" else { throw DescriptionFault("input.colour", "is not RGB") }
        let sizes = input.shape.dropFirst().compactMap { $0 }
        guard input.shape.count == 4, sizes.count == 3, sizes[0] == 3,
            sizes.allSatisfy({ (1...4096).contains($0) })
        else { throw DescriptionFault("input.shape", "is not [\"N\", 3, height, width]") }
        guard input.range.count == 2, input.range[0] < input.range[1] else {
            throw DescriptionFault("input.range", "is not [low, high]")
        }
        self.init(
            name: try input.name.required("input.name"),
            channels: sizes[0],
            height: sizes[1],
            width: sizes[2],
            range: Float(input.range[0])...Float(input.range[1])
        )
    }
}

extension ModelPackage.Outputs {
    fileprivate init(_ outputs: ModelDescription.Outputs, classes: Int) throws(DescriptionFault) {
        guard outputs.logits.shape.last == classes else {
            throw DescriptionFault("outputs.logits.shape", "does not end in \(classes), the number of classes")
        }
        let sizes = (outputs.features?.shape ?? []).dropFirst().compactMap { $0 }
        guard outputs.features == nil || sizes.count == 3 else {
            throw DescriptionFault("outputs.features.shape", "is not [\"N\", channels, rows, columns]")
        }
        self.init(
            features: sizes.count == 3
                ? ModelPackage.FeatureShape(channels: sizes[0], rows: sizes[1], columns: sizes[2]) : nil,
            head: outputs.map.map { ModelPackage.Head(weights: $0.weightsInitializer, bias: $0.bias) }
        )
    }
}

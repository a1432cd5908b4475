internal import Core
package import Imaging

/// A loaded model that finds animals, people and vehicles.
package final class Detector: Sendable {
    package let package: DetectorPackage
    package let session: InferenceSession
    /// A picture holds a thread from its tensor to its boxes, so that there are no more tensors than threads.
    private let pictures: WorkPool
    private let output: String

    package var identity: ModelIdentity { package.identity }

    /// Checks the package's file, compiles and warms it; blocks for a fraction of a second, so never on the cooperative pool.
    package init(
        _ package: DetectorPackage,
        runtime: OpenVINORuntime,
        options: SessionOptions = .bulk()
    ) throws(ModelFault) {
        self.package = package
        try ModelPackage.verify(package.file, in: package.folder, of: package.name)
        do {
            session = try InferenceSession(
                name: package.name,
                path: package.folder + "/" + package.file.path,
                precision: .f32,
                runtime: runtime,
                options: options
            )
        } catch {
            throw ModelFault(
                .unusable,
                model: package.name,
                reason: "\(package.file.path) can't be loaded",
                detail: error.detail
            )
        }
        output = session.outputs.first?.name ?? ""
        // One more than are run at once: the next tensor is filled meanwhile.
        pictures = WorkPool(name: package.name, width: options.cores + 1, depth: 256)
        try check()
    }

    /// A description that does not fit the file would give wrong boxes, so it is refused.
    private func check() throws(ModelFault) {
        func refuse(_ reason: String) throws(ModelFault) -> Never {
            throw ModelFault(.unusable, model: package.name, reason: "\(package.file.path) \(reason)")
        }
        guard session.pictureShape == package.inputShape else {
            try refuse("takes another input than model.json says (input.width, input.height)")
        }
        guard session.outputs.count >= 1, session.outputs[0].elementType == .float32 else {
            try refuse("has no output of floats")
        }
        if let fault = package.decoder.fault(of: session.outputs[0].shape, classes: package.labels.count) {
            try refuse(fault)
        }
        let grey = package.input.format.scale[0] * Float(package.input.grey) + package.input.format.offset[0]
        let answer: [OutputTensor]
        do {
            answer = try session.runBlocking(
                InputTensor(shape: package.inputShape, repeating: grey),
                outputs: [output]
            )
        } catch {
            try refuse("can't be run")
        }
        if let fault = package.decoder.fault(of: answer[0], for: package.input) { try refuse(fault) }
    }

    /// Finds what is on a picture.
    ///
    /// - Parameters:
    ///   - picture: in any size; it is brought to the model's.
    ///   - tiles: parts of it that are looked at by themselves as well.
    ///   - confidence: below it nothing is told, 0…1.
    ///   - deadline: when the answer is of no use any more.
    /// - Returns: the surest first.
    /// - Throws: `Overloaded`, `DeadlinePassed`, `CancellationError`, or `OpenVINOFault`.
    package func detect(
        _ picture: Picture,
        tiles: [Region] = [],
        atLeast confidence: Double = 0.3,
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> [Detection] {
        let whole = try await look(at: .whole, of: picture, atLeast: confidence, deadline: deadline)
        guard !tiles.isEmpty else { return whole }
        var answers = [[Detection]](repeating: [], count: tiles.count)
        try await withThrowingTaskGroup(of: (Int, [Detection]).self) { group in
            var next = 0
            func addNext() {
                guard next < tiles.count else { return }
                let (place, tile) = (next, tiles[next])
                next += 1
                group.addTask {
                    let found = try await self.look(
                        at: .region(tile),
                        of: picture,
                        atLeast: confidence,
                        deadline: deadline
                    )
                    return (place, found)
                }
            }
            // No more at a time than are run at once, so that one picture leaves room for others.
            for _ in 0..<session.options.cores { addNext() }
            for try await (place, found) in group {
                answers[place] = found
                addNext()
            }
        }
        var all = TiledDetections(whole: whole)
        for (tile, found) in zip(tiles, answers) { all.add(found, on: tile) }
        return all.merged(overlap: package.overlap)
    }

    /// What is on a part of a picture, with boxes in fractions of the part.
    private func look(
        at part: Crop,
        of picture: Picture,
        atLeast confidence: Double,
        deadline: ContinuousClock.Instant?
    ) async throws -> [Detection] {
        try await pictures.run { [self] in
            let input = package.input
            let box = Letterbox(picture, crop: part, width: input.width, height: input.height)
            let framed = picture.framed(in: box, grey: input.grey)
            let tensor = unsafe InputTensor(shape: package.inputShape) { buffer in
                unsafe framed.fill(buffer, as: input.format, crop: .whole)
            }
            let answer = try session.runBlocking(tensor, outputs: [output], deadline: deadline)
            return detections(answer[0], in: box, atLeast: confidence)
        }
    }

    private func detections(_ output: OutputTensor, in box: Letterbox, atLeast confidence: Double) -> [Detection] {
        let candidates = package.decoder.candidates(
            output,
            of: package.input,
            classes: package.labels.count,
            counting: package.categories.map { $0 != nil },
            atLeast: Float(confidence)
        )
        let found = candidates.compactMap { one -> Detection? in
            guard let category = package.categories[one.label] else { return nil }
            let (width, height) = (Double(box.usedWidth), Double(box.usedHeight))
            let part = Box(
                left: Double(one.centreX - one.width / 2) / width,
                top: Double(one.centreY - one.height / 2) / height,
                right: Double(one.centreX + one.width / 2) / width,
                bottom: Double(one.centreY + one.height / 2) / height
            )
            return part.map {
                Detection(
                    box: $0,
                    category: category,
                    label: package.labels[one.label],
                    confidence: Double(one.confidence)
                )
            }
        }
        return found.suppressed(overlap: package.overlap)
    }
}

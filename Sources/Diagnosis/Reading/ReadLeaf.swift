package import Core
package import Imaging
package import Inference

/// Reads one picture of a leaf: decodes it, asks the model on duty, and explains when asked.
package struct ReadLeaf: Sendable {
    private struct CacheKey: Hashable, Sendable {
        let digest: SHA256
        let options: ReadingOptions
        let model: ModelIdentity
    }

    /// What decoding found: an answer that is known already, or a tensor for the model.
    private enum Prepared: Sendable {
        case known(LeafReading)
        case fresh(Sheet)
    }

    private struct Sheet: Sendable {
        let key: CacheKey
        let picture: Picture
        let tensor: InputTensor
        let perceptualHash: UInt64
        let quality: PictureQuality?
        let size: (width: Int, height: Int)
        let part: Rectangle
    }

    private let models: ModelRegistry
    private let modelName: String
    private let decoding: WorkPool
    private let limits: PictureLimits
    private let cache: BoundedCache<CacheKey, LeafReading>

    /// - Parameters:
    ///   - models: where the model on duty is found for each picture anew, so that a swap takes effect at once.
    ///   - modelName: the slot of the leaf model.
    ///   - decoding: the threads that decode.
    ///   - limits: what a picture may cost.
    ///   - cacheCapacity: readings kept by content; 0 keeps none. Those with an overlay are never kept: it weighs a
    ///     hundred times the rest.
    ///   - cacheBytes: what they may weigh together.
    package init(
        models: ModelRegistry,
        modelName: String,
        decoding: WorkPool,
        limits: PictureLimits = PictureLimits(),
        cacheCapacity: Int,
        cacheBytes: Int = 32 << 20
    ) {
        self.models = models
        self.modelName = modelName
        self.decoding = decoding
        self.limits = limits
        cache = BoundedCache(capacity: cacheCapacity, bytes: cacheBytes, weight: \.weight)
    }

    /// The model that would read the next picture.
    package func model() throws -> ModelPackage { try models.classifier(named: modelName).package }

    /// - Throws: `PictureFault`, `ModelFault`, `Overloaded`, `DeadlinePassed`, `CancellationError`.
    package func callAsFunction(
        _ bytes: [UInt8],
        options: ReadingOptions = ReadingOptions()
    ) async throws -> LeafReading {
        let classifier = try models.classifier(named: modelName)
        let prepared = try await decoding.run { try prepare(bytes, options, for: classifier) }
        switch prepared {
        case .known(let reading): return reading
        case .fresh(let sheet):
            let classification = try await classifier.classify(sheet.tensor, keepFeatures: options.explain)
            let reading = LeafReading(
                digest: sheet.key.digest,
                perceptualHash: sheet.perceptualHash,
                width: sheet.size.width,
                height: sheet.size.height,
                part: sheet.part,
                quality: sheet.quality,
                classification: classification.droppingFeatures(),
                model: classifier.package,
                evidence: try await evidence(of: classification, on: sheet, by: classifier)
            )
            if reading.evidence == nil { cache.keep(reading, for: sheet.key) }
            return reading
        }
    }

    private func prepare(_ bytes: [UInt8], _ options: ReadingOptions, for classifier: Classifier) throws -> Prepared {
        let key = CacheKey(digest: SHA256(of: bytes), options: options, model: classifier.identity)
        if var known = cache.value(for: key) {
            known.isCached = true
            return .known(known)
        }
        let package = classifier.package
        let side = package.input.width
        let info = try ImageInfo.probe(bytes)
        // The overlay is for people's eyes, which want more pixels than the model.
        let picture = try Picture.decode(
            bytes,
            limits: limits,
            atLeast: options.explain ? max(side, Self.overlaySide) : side,
            crop: options.crop
        )
        return .fresh(
            Sheet(
                key: key,
                picture: picture,
                tensor: package.tensor(of: picture, crop: options.crop),
                perceptualHash: PerceptualHash(of: picture).bits,
                quality: options.judge ? PictureQuality(of: picture, crop: options.crop) : nil,
                size: (info.width, info.height),
                part: options.crop.rectangle(width: info.width, height: info.height)
            )
        )
    }

    private static let overlaySide = 480

    private func evidence(
        of classification: Classification,
        on sheet: Sheet,
        by classifier: Classifier
    ) async throws -> LeafReading.Evidence? {
        guard let map = classifier.explain(classification, class: classification.top) else { return nil }
        return try await decoding.run {
            let heat = HeatMap(columns: map.columns, rows: map.rows, values: map.shown)
            let photo = sheet.picture.resized(longSide: Self.overlaySide)
            let overlay = heat.overlay(on: photo, crop: sheet.key.options.crop)
            return LeafReading.Evidence(map: map, overlay: overlay.jpeg())
        }
    }
}

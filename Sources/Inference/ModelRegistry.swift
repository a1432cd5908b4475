package import Core
internal import Synchronization

/// The models on duty, by name; the rest of the program goes on when one can't be used.
package final class ModelRegistry: Sendable {
    package struct Source: Hashable, Sendable {
        package let name: String
        package let folder: String
        /// The command that puts a whole package in its place; `nil` leaves it to the fault.
        package let reinstall: String?
        /// Whether all is well without it.
        package let isOptional: Bool

        package init(name: String, folder: String, reinstall: String? = nil, isOptional: Bool = false) {
            self.name = name
            self.folder = folder
            self.reinstall = reinstall
            self.isOptional = isOptional
        }
    }

    /// One model's place: what answers now, or why nothing does.
    package enum Slot: Sendable {
        case ready(LoadedModel)
        case unavailable(ModelFault)
    }

    package enum LoadedModel: Sendable {
        case classifier(Classifier)
        case detector(Detector)

        package var identity: ModelIdentity {
            switch self {
            case .classifier(let model): model.identity
            case .detector(let model): model.identity
            }
        }

        package var precision: Precision {
            switch self {
            case .classifier(let model): model.precision
            case .detector(let model): model.session.precision
            }
        }
    }

    private let slots: Mutex<[String: Slot]>
    private let runtime = Mutex<OpenVINORuntime?>(nil)
    private let sources: [Source]
    private let precision: PrecisionChoice
    private let options: SessionOptions
    private let cpu: CPUFeatures
    private let log: Log
    /// Loading blocks, and two at once would only slow each other down.
    private let loading = WorkPool(name: "model loading", width: 1, depth: 16)

    package init(
        sources: [Source],
        precision: PrecisionChoice = .auto,
        cpu: CPUFeatures = .current,
        options: SessionOptions = SessionOptions(),
        log: Log
    ) {
        self.sources = sources
        self.precision = precision
        self.cpu = cpu
        self.options = options
        self.log = log
        let loading = sources.map { source in
            (source.name, Slot.unavailable(ModelFault(.loading, model: source.name, reason: "loading")))
        }
        slots = Mutex(Dictionary(loading, uniquingKeysWith: { first, _ in first }))
    }

    /// Loads every model; one that can't be loaded is logged and stays unavailable, and the others go on.
    package func load() async throws {
        for source in sources {
            do {
                try await swap(source.name, to: source.folder)
            } catch is ModelFault {
                continue
            }
        }
    }

    /// Loads and warms the model in `folder`, then puts it on duty under `name`.
    ///
    /// Requests in flight finish on the model they began with. When the new one can't be used the old one stays.
    package func swap(_ name: String, to folder: String) async throws {
        let outcome = try await loading.run { [self] () -> Result<LoadedModel, ModelFault> in
            do throws(ModelFault) {
                return .success(try open(folder, as: name))
            } catch {
                let source = sources.first { $0.name == name }
                return .failure(error.of(name, reinstall: source?.reinstall))
            }
        }
        switch outcome {
        case .success(let model):
            slots.withLock { $0[name] = .ready(model) }
            log.info(
                "model on duty",
                [
                    "model": .string(name), "version": .string(model.identity.version),
                    "precision": .string(model.precision.rawValue),
                ]
            )
        case .failure(let fault):
            slots.withLock { slots in
                if case .ready = slots[name] { return }
                slots[name] = .unavailable(fault)
            }
            // One that may be absent is no trouble as long as it is.
            guard !isAbsence(fault, of: name) else { throw fault }
            log.error(
                "model unavailable",
                [
                    "model": .string(name), "reason": .string(fault.reason), "cure": .string(fault.cure),
                    "detail": .string(fault.detail),
                ]
            )
            throw fault
        }
    }

    private func open(_ folder: String, as name: String) throws(ModelFault) -> LoadedModel {
        switch try AnyModelPackage.read(folder: folder) {
        case .classifier(let package):
            return .classifier(
                try Classifier(
                    package,
                    precision: precision,
                    cpu: cpu,
                    runtime: try sharedRuntime(for: name),
                    options: options
                )
            )
        case .detector(let package):
            return .detector(try Detector(package, runtime: try sharedRuntime(for: name)))
        }
    }

    private func isAbsence(_ fault: ModelFault, of name: String) -> Bool {
        fault.code == .missing && sources.contains { $0.name == name && $0.isOptional }
    }

    /// Returns once every model was tried, whatever became of it.
    package func untilTried() async throws {
        func isLoading(_ slot: Slot) -> Bool {
            if case .unavailable(let fault) = slot { fault.code == .loading } else { false }
        }
        while all.contains(where: { isLoading($0.slot) }) { try await Task.sleep(for: .milliseconds(20)) }
    }

    /// The classifier on duty under `name`.
    package func classifier(named name: String) throws(ModelFault) -> Classifier {
        guard case .classifier(let classifier) = try model(named: name) else {
            throw ModelFault(.unusable, model: name, reason: "it is no classifier")
        }
        return classifier
    }

    /// The detector on duty under `name`.
    package func detector(named name: String) throws(ModelFault) -> Detector {
        guard case .detector(let detector) = try model(named: name) else {
            throw ModelFault(.unusable, model: name, reason: "it is no detector")
        }
        return detector
    }

    private func model(named name: String) throws(ModelFault) -> LoadedModel {
        switch slots.withLock({ $0[name] }) {
        case .ready(let model): return model
        case .unavailable(let fault): throw fault
        case nil: throw ModelFault(.missing, model: name, reason: "it is not installed")
        }
    }

    /// Every slot, by name.
    package var all: [(name: String, slot: Slot)] {
        slots.withLock { slots in slots.sorted { $0.key < $1.key }.map { (name: $0.key, slot: $0.value) } }
    }

    private func sharedRuntime(for name: String) throws(ModelFault) -> OpenVINORuntime {
        let outcome = runtime.withLock { runtime -> Result<OpenVINORuntime, OpenVINOFault> in
            if let runtime { return .success(runtime) }
            do throws(OpenVINOFault) {
                let made = try OpenVINORuntime()
                runtime = made
                return .success(made)
            } catch {
                return .failure(error)
            }
        }
        switch outcome {
        case .success(let runtime): return runtime
        case .failure(let fault):
            throw ModelFault(
                .unusable,
                model: name,
                reason: "the inference runtime can't be started",
                detail: fault.detail
            )
        }
    }
}

extension ModelRegistry: HealthCheck {
    package var name: String { "models" }

    /// Unfit as long as a model that should be on duty is not.
    package func check() async -> Health {
        let faults = all.compactMap { entry in
            if case .unavailable(let fault) = entry.slot, !isAbsence(fault, of: entry.name) {
                fault.message
            } else {
                nil
            }
        }
        return faults.isEmpty ? .healthy : Health(.unhealthy, faults.joined(separator: " "))
    }
}

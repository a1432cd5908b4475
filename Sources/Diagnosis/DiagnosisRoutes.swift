import Accounts
import Core
package import HTTPServer
package import Imaging
import Inference
import Observations

/// The calls that look at pictures.
struct DiagnosisRoutes: Sendable {
    let predict: PredictLeaf
    let diagnose: DiagnosePlant
    let identify: IdentifyPlant
    let read: ReadLeaf
    let uploadLimit: Int

    static let minConfidence = Parameter<Double>.query(
        "min_confidence",
        "Probability from which a name is given.",
        default: 0.5,
        in: 0...1
    )
    static let explain = Parameter<Bool>.query(
        "explain",
        "Also tell where in the picture the model looked.",
        default: false
    )
    static let topK = Parameter<Int>.query("top_k", "How many ranked results to list.", default: 5, in: 1...100)
    static let allOrTopK = Parameter<Int?>.query(
        "top_k",
        "How many probabilities to list; all when not given.",
        in: 1...1_000
    )
    static let crop = Parameter<Region?>.query(
        "crop",
        "The part with the leaf: x,y,width,height in fractions of the upright picture; the middle square when not given."
    )

    var all: [Route] { [predictRoute, batchRoute, classesRoute, diagnoseRoute, identifyRoute, growthStageRoute] }

    private var predictRoute: Route {
        Route(
            .post,
            "/predict",
            aliases: ["/api/v1/predict"],
            summary: "Name the plant and condition on one picture",
            details: "The answer is a 200 also when the verdict is uncertain or no plant is seen.",
            tags: ["Serving"],
            parameters: [Self.minConfidence, Self.explain, Self.allOrTopK, Self.crop],
            body: .multipart(PictureForm.single),
            limits: limits(pictures: 1),
            access: .predict,
            quota: "public",
            answers: PictureForm.problems
        ) { request in
            let picture = try await PictureForm.one(of: request, limit: uploadLimit)
            return try await predict(
                picture,
                .init(
                    minConfidence: request[Self.minConfidence],
                    topK: request[Self.allOrTopK],
                    reading: reading(request)
                ),
                owner: request.principal?.logName
            )
        }
    }

    private var batchRoute: Route {
        Route(
            .post,
            "/predict_batch",
            aliases: ["/api/v1/predict_batch"],
            summary: "Name what is on many pictures",
            details: "Each picture has its own entry, in the order sent; a broken one has an error there.",
            tags: ["Serving"],
            parameters: [Self.minConfidence, Self.explain, Self.allOrTopK],
            body: .multipart(PictureForm.many),
            limits: Route.Limits(body: uploadLimit * 10, time: .seconds(120), upload: .seconds(300)),
            access: .predict,
            quota: "public",
            answers: PictureForm.problems
        ) { request in
            let options = PredictLeaf.Options(
                minConfidence: request[Self.minConfidence],
                topK: request[Self.allOrTopK],
                reading: ReadingOptions(explain: request[Self.explain])
            )
            let owner = request.principal?.logName
            return BatchAnswer(
                predictions: try await PictureForm.each(of: request, limit: uploadLimit) { bytes in
                    try await predict(bytes, options, owner: owner)
                }
            )
        }
    }

    private var classesRoute: Route {
        Route(
            .get,
            "/classes",
            aliases: ["/api/v1/classes"],
            summary: "List the classes of the leaf model",
            tags: ["Serving"],
            access: .predict,
            answers: [.problem(503, "The model is not on duty; the message says what to do.")]
        ) { _ in
            let classes = try read.model().classes.map(\.id)
            return ClassesAnswer(numClasses: classes.count, classes: classes)
        }
    }

    private var diagnoseRoute: Route {
        Route(
            .post,
            "/api/v1/diagnose",
            summary: "Say what ails a plant, from one to five pictures of it",
            details: "Whoever is signed in has the pictures kept; for anyone else only their hash and the result.",
            tags: ["Plant API"],
            parameters: [Self.minConfidence, Self.explain, Self.topK, Self.crop],
            body: .multipart(PictureForm.few),
            limits: limits(pictures: PictureForm.most),
            access: .predict,
            quota: "public",
            answers: PictureForm.problems
        ) { request in
            try await diagnose(
                PictureForm.several(of: request, limit: uploadLimit),
                options(request),
                owner: request.principal?.logName
            )
        }
    }

    private var identifyRoute: Route {
        Route(
            .post,
            "/api/v1/identify",
            summary: "Say which plant it is, from one to five pictures of it",
            tags: ["Plant API"],
            parameters: [Self.minConfidence, Self.explain, Self.topK, Self.crop],
            body: .multipart(PictureForm.few),
            limits: limits(pictures: PictureForm.most),
            access: .predict,
            quota: "public",
            answers: PictureForm.problems
        ) { request in
            try await identify(
                PictureForm.several(of: request, limit: uploadLimit),
                options(request),
                owner: request.principal?.logName
            )
        }
    }

    private var growthStageRoute: Route {
        Route(
            .post,
            "/api/v1/growth-stage",
            aliases: ["/growth-stage"],
            summary: "Say how far a plant has grown, from pictures of it",
            details: "Needs a growth-stage model, which does not come with the program.",
            tags: ["Plant API"],
            body: .multipart(PictureForm.few),
            limits: limits(pictures: PictureForm.most),
            access: .predict,
            quota: "public",
            answers: PictureForm.problems
        ) { request -> IdentificationAnswer in
            _ = try await PictureForm.several(of: request, limit: uploadLimit)
            throw Problem(
                503,
                "missing-model",
                "No growth-stage model is installed. Put one on duty with: "
                    + "hedgerow models install growth-stage --from FOLDER. "
                    + "Until then GET /api/v1/growth-stages/{plant_type} lists the stages to compare with."
            )
        }
    }

    private func reading(_ request: Request, judge: Bool = false) -> ReadingOptions {
        ReadingOptions(
            crop: request[Self.crop].map { .square(around: $0) } ?? .centreSquare,
            explain: request[Self.explain],
            judge: judge
        )
    }

    private func options(_ request: Request) -> DiagnosePlant.Options {
        DiagnosePlant.Options(
            minConfidence: request[Self.minConfidence],
            topK: request[Self.topK],
            reading: reading(request, judge: true)
        )
    }

    private func limits(pictures: Int) -> Route.Limits {
        Route.Limits(body: uploadLimit * pictures + 65_536, time: .seconds(30), upload: .seconds(120))
    }
}

/// What `POST /predict_batch` answers.
struct BatchAnswer: APIValue {
    let predictions: [BatchEntry]
}

/// What `GET /classes` answers.
struct ClassesAnswer: APIValue {
    let numClasses: Int
    let classes: [String]
}

extension Region: ParameterValue {
    package static func read(_ text: String) -> Region? {
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Double.read(String($0)) }
        guard numbers.count == 4, let x = numbers[0], let y = numbers[1], let width = numbers[2],
            let height = numbers[3]
        else { return nil }
        return Region(x: x, y: y, width: width, height: height)
    }

    package static var expectation: String {
        "four fractions x,y,width,height inside the picture, such as 0.1,0.2,0.5,0.5"
    }
    package static var parameterSchema: Schema { .string(maxLength: 100) }
    package var parameterText: JSONValue { .string("\(x),\(y),\(width),\(height)") }
}

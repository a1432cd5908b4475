/// What must be true of the entries together and each alone.
struct CatalogueCheck {
    private var problems: [CatalogueFault.Problem] = []
    private var file = ""

    static func problems(
        plants: [Plant],
        conditions: [Condition],
        growthStages: [GrowthStages]
    ) -> [CatalogueFault.Problem] {
        var check = CatalogueCheck()
        let plantIDs = Set(plants.map(\.id))
        let conditionIDs = Set(conditions.map(\.id))
        for plant in plants { check.check(plant, conditions: conditionIDs) }
        for condition in conditions { check.check(condition, plants: plantIDs, conditions: conditionIDs) }
        for stages in growthStages { check.check(stages, plants: plantIDs) }
        check.once(plants.map { ("plants/\($0.id).json", $0.id.rawValue) })
        check.once(conditions.map { ("conditions/\($0.id).json", $0.id.rawValue) })
        check.once(growthStages.map { ("growth-stages/\($0.plantType).json", $0.plantType.rawValue) })
        check.namesOfPlants(plants)
        let described = Set(growthStages.map(\.plantType))
        for id in plantIDs.subtracting(described).sorted() {
            check.file = "growth-stages/\(id).json"
            check.note("", "is missing: every plant has growth stages")
        }
        return check.problems
    }

    // MARK: Plants

    private mutating func check(_ plant: Plant, conditions: Set<Condition.ID>) {
        file = "plants/\(plant.id).json"
        slug("id", plant.id.rawValue)
        text("name", plant.name, upTo: .name)
        texts("other_names", plant.otherNames, upTo: .name, mayBeEmpty: true)
        text("scientific_name", plant.scientificName, upTo: .name)
        text("family", plant.family, upTo: .name)
        text("description", plant.description)
        let care = plant.care
        let careTexts = [
            ("light", care.light), ("water", care.water), ("soil", care.soil), ("humidity", care.humidity),
            ("feeding", care.feeding), ("spacing", care.spacing), ("pruning", care.pruning),
        ]
        for (field, value) in careTexts { text("care.\(field)", value) }
        optional("care.support", care.support)
        ordered("care.ph", [care.ph.min, care.ph.max], within: 3...10)
        let warmth = care.temperature
        ordered("care.temperature", [warmth.min, warmth.bestMin, warmth.bestMax, warmth.max], within: -60...60)
        unit("care.temperature.unit", warmth.unit)
        text("harvest", plant.harvest)
        if plant.commonIssues.isEmpty { note("common_issues", "is empty") }
        for (index, issue) in plant.commonIssues.enumerated() {
            text("common_issues[\(index)].name", issue.name, upTo: .name)
            optional("common_issues[\(index)].note", issue.note)
            if let id = issue.id, !conditions.contains(id) {
                note("common_issues[\(index)].id", "names no condition: \(id)")
            }
        }
        texts("good_neighbours", plant.goodNeighbours, mayBeEmpty: true)
        texts("keep_apart_from", plant.keepApartFrom, mayBeEmpty: true)
        optional("toxicity", plant.toxicity)
        text("healthy.summary", plant.healthy.summary)
        texts("healthy.keep_doing", plant.healthy.keepDoing)
        sources(plant.sources)
    }

    /// Two plants under one name could never be told apart by it.
    private mutating func namesOfPlants(_ plants: [Plant]) {
        var owners: [String: Plant.ID] = [:]
        for plant in plants {
            file = "plants/\(plant.id).json"
            for name in Set(([plant.id.rawValue, plant.name, plant.scientificName] + plant.otherNames).map(\.slug)) {
                if let owner = owners[name], owner != plant.id { note("other_names", "shares \(name) with \(owner)") }
                owners[name] = plant.id
            }
        }
    }

    // MARK: Conditions

    private mutating func check(_ condition: Condition, plants: Set<Plant.ID>, conditions: Set<Condition.ID>) {
        file = "conditions/\(condition.id).json"
        slug("id", condition.id.rawValue)
        if !plants.contains(condition.plantID) { note("plant_id", "names no plant: \(condition.plantID)") }
        if !condition.id.rawValue.hasPrefix(condition.plantID.rawValue + "-") {
            note("id", "does not start with its plant")
        }
        text("name", condition.name, upTo: .name)
        texts("other_names", condition.otherNames, upTo: .name, mayBeEmpty: true)
        text("pathogen.scientific_name", condition.pathogen.scientificName, upTo: .name)
        optional("pathogen.group", condition.pathogen.group)
        text("summary", condition.summary, upTo: .paragraph)
        texts("symptoms", condition.symptoms)
        text("spread", condition.spread)
        text("favoured_by", condition.favouredBy)
        text("season", condition.season)
        text("severity_note", condition.severityNote)
        if !(2...6).contains(condition.steps.count) {
            note("steps", "are \(condition.steps.count); two to six fit the page")
        }
        for (index, step) in condition.steps.enumerated() {
            text("steps[\(index)].when", step.when, upTo: .label)
            text("steps[\(index)].title", step.title, upTo: .name)
            text("steps[\(index)].text", step.text, upTo: .step)
        }
        texts("treatment.cultural", condition.treatment.cultural)
        texts("treatment.biological", condition.treatment.biological)
        texts("treatment.chemical", condition.treatment.chemical)
        texts("prevention", condition.prevention)
        if condition.lookAlikes.isEmpty { note("look_alikes", "is empty") }
        for (index, other) in condition.lookAlikes.enumerated() {
            text("look_alikes[\(index)].name", other.name, upTo: .name)
            text("look_alikes[\(index)].difference", other.difference)
            if let id = other.id, id == condition.id || !conditions.contains(id) {
                note("look_alikes[\(index)].id", "names no other condition: \(id)")
            }
        }
        optional("notifiable", condition.notifiable)
        optional("cannot_confirm_from_photo", condition.cannotConfirmFromPhoto)
        sources(condition.sources)
    }

    // MARK: Growth stages

    private mutating func check(_ entry: GrowthStages, plants: Set<Plant.ID>) {
        file = "growth-stages/\(entry.plantType).json"
        if !plants.contains(entry.plantType) { note("plant_type", "names no plant: \(entry.plantType)") }
        text("name", entry.name, upTo: .name)
        text("counted_from", entry.countedFrom)
        text("note", entry.note)
        if entry.stages.count < 2 { note("stages", "are fewer than two") }
        var end = 0
        for (index, stage) in entry.stages.enumerated() {
            let field = "stages[\(index)]"
            slug("\(field).id", stage.id.rawValue)
            text("\(field).name", stage.name, upTo: .name)
            text("\(field).description", stage.description)
            if stage.days.from != end {
                note("\(field).days.from", "is \(stage.days.from), not \(end), where the last ends")
            }
            if stage.days.to <= stage.days.from { note("\(field).days", "ends before it begins") }
            end = stage.days.to
            text("\(field).needs.light", stage.needs.light)
            text("\(field).needs.water", stage.needs.water)
            text("\(field).needs.feeding", stage.needs.feeding)
            optional("\(field).needs.notes", stage.needs.notes)
            let warmth = stage.needs.temperature
            ordered("\(field).needs.temperature", [warmth.min, warmth.max], within: -60...60)
            unit("\(field).needs.temperature.unit", warmth.unit)
            if let bbch = stage.bbch, !bbch.isBBCH { note("\(field).bbch", "is no code such as 10-19") }
        }
        if Set(entry.stages.map(\.id)).count != entry.stages.count { note("stages", "use an id twice") }
        sources(entry.sources)
    }

    // MARK: Rules

    private enum Length: Int {
        case label = 40
        case name = 90
        case step = 240
        case sentence = 420
        case paragraph = 360
    }

    private mutating func note(_ field: String, _ reason: String) {
        problems.append(.init(file: file, field: field, reason: reason))
    }

    private mutating func once(_ ids: [(file: String, id: String)]) {
        var seen: Set<String> = []
        for (file, id) in ids where !seen.insert(id).inserted {
            self.file = file
            note("id", "is used twice: \(id)")
        }
    }

    private mutating func text(_ field: String, _ value: String, upTo length: Length = .sentence) {
        if !value.contains(where: { !$0.isWhitespace }) { note(field, "is empty") }
        if value.count > length.rawValue { note(field, "has \(value.count) characters; \(length.rawValue) fit") }
        if value.first?.isWhitespace == true || value.last?.isWhitespace == true {
            note(field, "begins or ends with a space")
        }
        if value.unicodeScalars.contains(where: { $0.value < 0x20 }) {
            note(field, "holds a line break or control character")
        }
    }

    private mutating func optional(_ field: String, _ value: String?) {
        if let value { text(field, value) }
    }

    private mutating func texts(
        _ field: String,
        _ values: [String],
        upTo length: Length = .sentence,
        mayBeEmpty: Bool = false
    ) {
        if values.isEmpty && !mayBeEmpty { note(field, "is empty") }
        for (index, value) in values.enumerated() { text("\(field)[\(index)]", value, upTo: length) }
        if Set(values).count != values.count { note(field, "says something twice") }
    }

    private mutating func slug(_ field: String, _ value: String) {
        if value.isEmpty || value != value.slug || !value.utf8.allSatisfy({ $0 < 0x80 }) {
            note(field, "is no id such as tomato-late-blight: \(value)")
        }
    }

    private mutating func ordered(_ field: String, _ values: [Double], within bounds: ClosedRange<Double>) {
        if !values.allSatisfy(bounds.contains) {
            note(field, "lies outside \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        if zip(values, values.dropFirst()).contains(where: { $0 > $1 }) { note(field, "is not in order") }
    }

    private mutating func unit(_ field: String, _ value: String) {
        if value != "°C" { note(field, "must be °C") }
    }

    private mutating func sources(_ values: [Source]) {
        if values.isEmpty { note("sources", "is empty") }
        for (index, source) in values.enumerated() {
            text("sources[\(index)].title", source.title)
            text("sources[\(index)].publisher", source.publisher)
            if let year = source.year, !(1900...2100).contains(year) {
                note("sources[\(index)].year", "is no year: \(year)")
            }
        }
    }
}

extension String {
    /// Two digits, or two times two digits with a hyphen between.
    fileprivate var isBBCH: Bool {
        let codes = split(separator: "-", omittingEmptySubsequences: false)
        return (1...2).contains(codes.count)
            && codes.allSatisfy { $0.utf8.count == 2 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
            && codes.map(String.init).sorted() == codes.map(String.init)
    }
}

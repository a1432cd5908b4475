import HTTPServer
import Core

/// One of the three tables of a package, and what its head calls its columns.
struct CamtrapTable: Sendable {
    enum Name: String, CaseIterable, Sendable {
        case deployments, media, observations

        var file: String { "\(rawValue).csv" }

        /// That one package may have.
        var mostRows: Int {
            switch self {
            case .deployments: 100_000
            case .media: 1_000_000
            case .observations: 3_000_000
            }
        }

        var columns: [CamtrapColumn] {
            switch self {
            case .deployments: CamtrapTables.deployments
            case .media: CamtrapTables.media
            case .observations: CamtrapTables.observations
            }
        }
    }

    let name: Name
    /// What stands at each position; nothing for a column that the standard does not have.
    private let columns: [CamtrapColumn?]

    /// Finds the columns by their names, however they are written and in whatever order.
    init(_ name: Name, head: [String], _ report: inout ImportReport) {
        self.name = name
        func plain(_ text: String) -> String { text.lowercased().filter { $0.isLetter } }
        var left = name.columns
        columns = head.map { raw in
            let text = raw.trimmingWhitespace()
            let index = left.firstIndex { $0.name == text } ?? left.firstIndex { plain($0.name) == plain(text) }
            let field = PlainText.clean(text, limit: 60)
            guard let index else {
                report.tell(name.file, 1, field, "this column is not one of Camtrap DP", "it was left out")
                return nil
            }
            let column = left.remove(at: index)
            if column.name != text {
                report.tell(
                    name.file,
                    1,
                    field,
                    "the column is called in another way",
                    "it was taken as \(column.name)"
                )
            }
            return column
        }
        for column in left where column.isRequired {
            report.tell(name.file, 1, column.name, "the column is missing", "its rows do without, where they can")
        }
    }

    /// What stands in a row, by the names of the standard.
    func row(_ record: CSVReader.Record, zone: LocalZone, _ report: inout ImportReport) -> [String: String] {
        if record.fields.count > columns.count {
            report.tell(
                name.file,
                record.number,
                "",
                "the row has \(record.fields.count) fields where the head has \(columns.count)",
                "the last were left out"
            )
        }
        var row: [String: String] = [:]
        for (column, text) in zip(columns, record.fields) {
            guard let column else { continue }
            let cell = column.read(text, zone: zone)
            row[column.name] = cell.value
            if let problem = cell.problem {
                report.tell(name.file, record.number, column.name, problem, cell.outcome ?? "")
            }
        }
        return row
    }
}

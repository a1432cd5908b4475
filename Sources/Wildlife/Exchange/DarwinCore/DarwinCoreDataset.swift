import Core

/// `eml.xml` of a Darwin Core Archive: what the dataset is, where and when.
struct DarwinCoreDataset: Sendable {
    let text: String

    init(_ title: String, _ places: [CamtrapDeployments.Entry], at now: Timestamp) {
        let title = Self.escaped(title)
        let day = Self.day(now)
        let latitudes = places.map(\.location.latitude)
        let longitudes = places.map(\.location.longitude)
        var coverage = ""
        if let south = latitudes.min(), let north = latitudes.max(), let west = longitudes.min(),
            let east = longitudes.max(),
            let first = places.map(\.start).min(), let last = places.map(\.end).max()
        {
            coverage = """
                    <coverage>
                      <geographicCoverage>
                        <geographicDescription>Where the cameras hung</geographicDescription>
                        <boundingCoordinates>
                          <westBoundingCoordinate>\(west)</westBoundingCoordinate>
                          <eastBoundingCoordinate>\(east)</eastBoundingCoordinate>
                          <northBoundingCoordinate>\(north)</northBoundingCoordinate>
                          <southBoundingCoordinate>\(south)</southBoundingCoordinate>
                        </boundingCoordinates>
                      </geographicCoverage>
                      <temporalCoverage>
                        <rangeOfDates>
                          <beginDate><calendarDate>\(Self.day(first))</calendarDate></beginDate>
                          <endDate><calendarDate>\(Self.day(last))</calendarDate></endDate>
                        </rangeOfDates>
                      </temporalCoverage>
                    </coverage>

                """
        }
        text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <eml:eml xmlns:eml="https://eml.ecoinformatics.org/eml-2.2.0" packageId="\(UUIDv7.next(at: now))" system="hedgerow">
              <dataset>
                <title>\(title)</title>
                <creator><organizationName>\(title)</organizationName></creator>
                <pubDate>\(day)</pubDate>
                <language>en</language>
                <abstract><para>Animals on pictures of camera traps.</para></abstract>
            \(coverage)    <contact><organizationName>\(title)</organizationName></contact>
              </dataset>
            </eml:eml>

            """
    }

    private static func day(_ moment: Timestamp) -> String { String(moment.description.prefix(10)) }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}

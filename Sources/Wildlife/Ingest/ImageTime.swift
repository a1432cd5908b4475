import Core
import Imaging

/// When a picture was taken, and whose word that is.
struct ImageTime: Hashable, Sendable {
    let moment: Timestamp
    /// What the clock of the camera showed, as though it were UTC.
    let wall: Timestamp
    let source: TrapImage.TimeSource

    /// Whoever sends a picture with a time knows better than the camera; without either it is when it came.
    init(given: Timestamp?, offset: Duration? = nil, camera: CaptureTime?, zone: LocalZone, arrival: Timestamp) {
        if let given {
            self.init(moment: given, wall: offset.map { given + $0 } ?? zone.wall(at: given), source: .given)
        } else if let camera, camera.wall.isPlausible {
            let moment = camera.offset == nil ? zone.moment(ofWall: camera.wall) : camera.timestamp(assumingOffset: 0)
            self.init(moment: moment, wall: camera.wall, source: .camera)
        } else {
            self.init(moment: arrival, wall: zone.wall(at: arrival), source: .arrival)
        }
    }

    var minuteOfDay: Int { wall.minuteOfDay }

    private init(moment: Timestamp, wall: Timestamp, source: TrapImage.TimeSource) {
        self.moment = moment
        self.wall = wall
        self.source = source
    }
}

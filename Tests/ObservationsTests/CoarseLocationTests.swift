import Observations
import Testing

struct CoarseLocationTests {
    @Test(arguments: [
        (52.520008, 13.404954, 52.5, 13.4), (-33.86882, 151.20929, -33.9, 151.2), (0.04, -0.04, 0, 0),
        (89.99, 179.97, 90, -180), (-90, -180, -90, -180), (10.25, 20.35, 10.3, 20.4),
    ])
    func `a place is told to a tenth of a degree`(latitude: Double, longitude: Double, north: Double, east: Double) {
        let place = CoarseLocation(latitude: latitude, longitude: longitude)
        #expect(place?.latitude == north && place?.longitude == east)
        #expect(place?.latitude.sign == .minus ? north < 0 : true, "there is no negative zero")
    }

    @Test(arguments: [(91.0, 0.0), (-90.1, 0), (0, 180.1), (.nan, 0), (0, .infinity)])
    func `what is no place on Earth is none`(latitude: Double, longitude: Double) {
        #expect(CoarseLocation(latitude: latitude, longitude: longitude) == nil)
    }
}

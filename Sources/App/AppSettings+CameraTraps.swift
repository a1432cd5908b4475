import Core

extension AppSettings {
    static let detectorModel = Setting<String>.text(
        "detector_model",
        "Model package that finds animals, people and vehicles on pictures of camera traps.",
        default: "yolox-nano"
    )
    static let speciesModel = Setting<String?>.optionalText(
        "species_model",
        "Model package that names the animals which were found; none leaves the detector's own classes."
    )
    static let speciesThreshold = Setting<Double>.number(
        "species_threshold",
        "A species that is less sure than this gives way to its genus, family, order or class.",
        default: 0.65,
        in: 0.05...0.99
    )
    static let detectionThreshold = Setting<Double>.number(
        "detection_threshold",
        "Detections that are less sure than this are not believed.",
        default: 0.3,
        in: 0.01...0.99
    )
    static let detectorTiles = Setting<Int>.integer(
        "detector_tiles",
        "Most parts of a large picture that the detector looks at besides the whole, so that it finds small animals; 0 for none.",
        default: 0,
        in: 0...24
    )
    static let timeZone = Setting<String>.text(
        "time_zone",
        "How the clocks of new cameras run: an IANA name, such as Europe/Berlin.",
        default: "UTC"
    )
    static let dropFolder = Setting<String?>.optionalText(
        "drop_folder",
        "Folder in which cameras put their pictures down, each in one of its own; none when not given."
    )
    static let dropQuiet = Setting<Int>.integer(
        "drop_quiet",
        "Seconds for which a file of the drop folder has not changed before it counts as complete.",
        default: 10,
        in: 1...3_600
    )
    static let dropPatience = Setting<Int>.integer(
        "drop_patience",
        "Seconds for which an upload that broke off may be continued before it is put into quarantine.",
        default: 600,
        in: 1...86_400
    )
    static let burstPause = Setting<Int>.integer(
        "burst_pause",
        "Most seconds between two pictures of a camera that belong to one burst.",
        default: 60,
        in: 1...3_600
    )
    static let moveTolerance = Setting<Int>.integer(
        "move_tolerance",
        "Pictures taken within so many metres of one another, by their GPS, were taken in one place.",
        default: 150,
        in: 10...10_000
    )
    static let reviewers = Setting<Int>.integer(
        "reviewers",
        "How many people have to agree on a picture of a camera trap before it counts as looked at.",
        default: 1,
        in: 1...5
    )
    static let mapTiles = Setting<String?>.optionalText(
        "map_tiles",
        "Where browsers fetch the ground of the map, such as https://tiles.example.org/{z}/{x}/{y}.png; a plain grid when not given."
    )
    static let mapAttribution = Setting<String?>.optionalText(
        "map_attribution",
        "To whom the ground of the map is owed; needed with map_tiles."
    )
    static let mapZoom = Setting<Int>.integer(
        "map_zoom",
        "The closest zoom for which there are tiles.",
        default: 19,
        in: 1...22
    )
    static let cameraProfiles = Setting<String?>.optionalText(
        "camera_profiles",
        "Folder with camera profiles of your own, as .yaml files; they are asked before those that come with the program."
    )
    static let collectNetworks = Setting<[String]>.list(
        "collect_networks",
        "Networks in which servers may lie that files are collected from, such as 192.168.1.0/24, besides the public internet."
    )
    static let videoLimit = Setting<Int>.integer(
        "video_limit",
        "Largest video of a camera trap taken, in megabytes.",
        default: 512,
        in: 1...16_384
    )
    static let videoFrames = Setting<Int>.integer(
        "video_frames",
        "Most frames of a video that are looked at: one a second, or fewer, evenly over a longer video.",
        default: 20,
        in: 1...200
    )

    static let cameraTraps: [SettingDescription] = [
        detectorModel.description, speciesModel.description, speciesThreshold.description,
        detectionThreshold.description, detectorTiles.description, timeZone.description, dropFolder.description,
        dropQuiet.description, dropPatience.description, burstPause.description, moveTolerance.description,
        videoLimit.description, videoFrames.description, reviewers.description, cameraProfiles.description,
        collectNetworks.description,
        mapTiles.description, mapAttribution.description, mapZoom.description,
    ]
}

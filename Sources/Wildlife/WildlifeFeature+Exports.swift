import Accounts
import Core
import ObjectStore

extension WildlifeFeature {
    /// All that pictures and findings go out as.
    static func exports(
        _ options: Options,
        images: ImageStore,
        findings: FindingStore,
        reviews: ReviewStore,
        deployments: DeploymentStore,
        objects: any ObjectStore,
        audit: AuditLog,
        clock: WallClock
    ) -> ExportRoutes {
        let walk = WalkPictures(
            images: images,
            findings: findings,
            reviews: reviews,
            origins: OriginStore()
        )
        return ExportRoutes(
            camtrap: ExportCamtrapDP(
                walk: walk,
                objects: objects,
                title: "Camera traps",
                program: options.version,
                clock: clock
            ),
            observations: ExportObservations(walk: walk, spoolFolder: options.spoolFolder),
            megaDetector: ExportMegaDetector(walk: walk, detector: options.detector, clock: clock),
            coco: ExportCOCO(walk: walk, clock: clock),
            history: ExportDetectionHistory(images: images, deployments: deployments, clock: clock),
            geoJSON: ExportGeoJSON(walk: walk, clock: clock),
            darwinCore: ExportDarwinCore(walk: walk, title: "Camera traps", clock: clock),
            audit: audit
        )
    }
}

import FoundationEssentials
package import Core

/// Reads the settings from flags, environment, `.env` and the YAML file, in this order of precedence.
package func readSettings(flags: Settings.Layer, configFile: String?, environment: [String: String]) throws -> Settings
{
    var layers = [flags, .environment(environment)]
    if let text = try? String(contentsOfFile: ".env", encoding: .utf8) {
        layers.append(.dotEnv(text, path: ".env"))
    }
    if let path = configFile ?? environment["HEDGEROW_CONFIG"] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ConfigurationFault("the settings file \(path) cannot be read")
        }
        layers.append(try .yaml(text, path: path))
    }
    return Settings(layers)
}

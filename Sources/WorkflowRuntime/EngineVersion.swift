/// The version of this package, as histories record it and command lines print it.
package enum EngineVersion {
    /// `0.1.0`.
    package static let current = "0.1.0"
}

internal import FoundationEssentials

/// The cores that this process may run on, at most eight: beyond that a small network gains nothing.
package func availableCores() -> Int { min(max(ProcessInfo.processInfo.activeProcessorCount, 1), 8) }

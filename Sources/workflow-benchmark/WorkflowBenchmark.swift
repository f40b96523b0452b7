import ArgumentParser

/// Measures what docs/BENCHMARKS.md promises. Everything is printed as a count or a ratio that means the same on another
/// machine; times are medians, or the processor time of one thread.
@main
struct WorkflowBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workflow-benchmark",
        abstract: "Measures latency, throughput and replay.",
        subcommands: [
            ReplayBenchmark.self, LatencyBenchmark.self, ThroughputBenchmark.self, QueryBenchmark.self,
            StepsBenchmark.self, SimulationBenchmark.self, OpenRunsBenchmark.self,
        ]
    )
}

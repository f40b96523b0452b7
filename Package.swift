// swift-tools-version: 6.2
import CompilerPluginSupport
import PackageDescription

/// Every upcoming feature that Swift 6.3 knows and Swift 6 mode does not switch on, so that nothing breaks at Swift 7.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
    .enableUpcomingFeature("InferIsolatedConformances"),  // SE-0470
    .enableUpcomingFeature("ImmutableWeakCaptures"),  // SE-0481
    // A misspelled feature is otherwise ignored in silence.
    .treatWarning("StrictLanguageFeatures", as: .error),
]

let package = Package(
    name: "workflow-engine",
    platforms: [.macOS("26.0")],
    products: [
        .library(name: "WorkflowAPI", targets: ["WorkflowAPI"]),
        .library(name: "WorkflowRuntime", targets: ["WorkflowRuntime"]),
        .library(name: "WorkflowMacros", targets: ["WorkflowMacros"]),
        .library(name: "Workers", targets: ["Workers"]),
        .library(name: "History", targets: ["History"]),
        .library(name: "WorkflowTesting", targets: ["WorkflowTesting"]),
        .library(name: "WorkflowCommands", targets: ["WorkflowCommands"]),
        .library(name: "ERPWorkflows", targets: ["ERPWorkflows"]),
        .library(name: "ERPServicesHTTP", targets: ["ERPServicesHTTP"]),
        .executable(name: "workflowctl", targets: ["workflowctl"]),
    ],
    traits: [
        // Off unless asked for: who keeps everything in one SQLite file needs no libpq.
        .trait(name: "PostgreSQL", description: "Many processes and machines on one PostgreSQL database, over libpq.")
    ],
    dependencies: [
        // The command line: parsing, help and completion.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // Logging facade: the service that embeds us chooses where logs go.
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        // Metrics facade, for the same reason.
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        // Workers and the engine are services: start, graceful stop, order between them.
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        // SHA-256 for the hash chain of histories and for the seeds of deterministic random numbers.
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        // What macros are written with. Only programs that depend on the product WorkflowMacros build it.
        .package(url: "https://github.com/swiftlang/swift-syntax", from: "603.0.1"),
        // Deque and OrderedDictionary: orders that replay depends on.
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        // HTTP for the domain services that run elsewhere. Only programs that depend on the product ERPServicesHTTP build
        // it, and SwiftNIO with it (docs/decisions/0011-http-apart.md).
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        // The server that the tests of it talk to; AsyncHTTPClient brings it anyhow.
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        // C: what Swift cannot say.
        .systemLibrary(
            name: "CSQLite",
            pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]
        ),
        .systemLibrary(
            name: "CPostgres",
            pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"]), .brew(["libpq"])]
        ),
        .target(name: "CWorkflowHooks"),

        // The words everybody shares. Depends on nothing.
        .target(name: "WorkflowAPI", resources: [.embedInCode("JSON/history.schema")]),

        // Events in, commands out.
        .target(
            name: "WorkflowRuntime",
            dependencies: [
                "WorkflowAPI", "CWorkflowHooks",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "OrderedCollections", package: "swift-collections"),
            ]
        ),

        // `@Workflow` and `@Activity`: shorter ways to write what can be written by hand. Apart from the runtime, so that who
        // does not use them need not build swift-syntax (docs/decisions/0006-macros-apart.md).
        .target(name: "WorkflowMacros", dependencies: ["WorkflowMacrosPlugin", "WorkflowRuntime"]),
        .macro(
            name: "WorkflowMacrosPlugin",
            dependencies: [
                .product(name: "SwiftSyntax", package: "swift-syntax"),
                .product(name: "SwiftSyntaxMacros", package: "swift-syntax"),
                .product(name: "SwiftSyntaxBuilder", package: "swift-syntax"),
                .product(name: "SwiftDiagnostics", package: "swift-syntax"),
                .product(name: "SwiftCompilerPlugin", package: "swift-syntax"),
            ]
        ),

        // Commands in, events out.
        .target(
            name: "Database",
            dependencies: [
                "WorkflowAPI", "CSQLite", "CWorkflowHooks",
                .target(name: "CPostgres", condition: .when(traits: ["PostgreSQL"])),
            ]
        ),
        .target(
            name: "History",
            dependencies: [
                "WorkflowAPI", "Database",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            // Compiled in, so that a program stays one file.
            resources: [
                .embedInCode("Schema/schema.sql"), .embedInCode("Schema/Steps"),
                .embedInCode("Schema/postgres_schema.sql"),
            ]
        ),

        // What carries tasks between the two.
        .target(
            name: "Workers",
            dependencies: [
                "WorkflowAPI", "WorkflowRuntime", "CWorkflowHooks",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]
        ),

        .target(
            name: "WorkflowTesting",
            dependencies: [
                "WorkflowAPI", "WorkflowRuntime", "Workers", "History", "Database",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),

        .target(
            name: "WorkflowCommands",
            dependencies: [
                "WorkflowAPI", "WorkflowRuntime", "Workers", "History", "Database",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]
        ),
        // The ERP pack for Bangladesh: workflows, their activities, the domain services over SQL.
        .target(
            name: "ERPWorkflows",
            dependencies: [
                "WorkflowAPI", "WorkflowRuntime", "Database",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [
                .embedInCode("Schema/schema.sql"), .embedInCode("Schema/Steps"), .embedInCode("Schema/finance.sql"),
                .embedInCode("Schema/people.sql"), .embedInCode("Schema/delivery.sql"),
                .embedInCode("Schema/tasks.sql"), .embedInCode("Schema/postgres_erp.sql"),
                .embedInCode("Schema/postgres_erp_finance.sql"), .embedInCode("Schema/postgres_erp_people.sql"),
                .embedInCode("Schema/postgres_erp_delivery.sql"), .embedInCode("Schema/postgres_erp_tasks.sql"),
            ]
        ),
        // The same domain services over HTTP, for companies that have them elsewhere. Apart from the pack, so that who does
        // not use it need not build SwiftNIO.
        .target(
            name: "ERPServicesHTTP",
            dependencies: [
                "ERPWorkflows", "WorkflowAPI", "WorkflowRuntime",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .executableTarget(
            name: "workflowctl",
            dependencies: [
                "WorkflowCommands", "ERPWorkflows", "WorkflowAPI", "WorkflowRuntime", "History", "Database",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.embedInCode("Demo/company.json")]
        ),

        // Programs to learn from; the tests and the README rely on them.
        .executableTarget(
            name: "greetingctl",
            dependencies: ["WorkflowCommands", "WorkflowAPI", "WorkflowRuntime"],
            path: "Examples/Greeting"
        ),
        .executableTarget(
            name: "macros-example",
            dependencies: ["WorkflowCommands", "WorkflowMacros", "WorkflowRuntime", "WorkflowAPI"],
            path: "Examples/Macros"
        ),
        .executableTarget(
            name: "embedded-example",
            dependencies: [
                "History", "Workers", "WorkflowAPI", "WorkflowRuntime",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "Examples/Embedded"
        ),
        // `workflowctl` for a company that has some services elsewhere. Nothing but `swift build` of everything builds it.
        .executableTarget(
            name: "erp-http",
            dependencies: [
                "ERPServicesHTTP", "WorkflowCommands", "ERPWorkflows", "WorkflowAPI", "History", "Database",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Examples/ERPOverHTTP"
        ),

        // What docs/BENCHMARKS.md promises, measured.
        .executableTarget(
            name: "workflow-benchmark",
            dependencies: [
                "WorkflowAPI", "WorkflowRuntime", "Workers", "History", "Database", "WorkflowTesting",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),

        // A disk that remembers, loses and fails, for the tests of what survives.
        .target(name: "CFaultyDisk", dependencies: ["CSQLite"], path: "Tests/Support/CFaultyDisk"),
        .target(name: "FaultyDisk", dependencies: ["CFaultyDisk"], path: "Tests/Support/FaultyDisk"),
        // Processes that tests start, kill and wait for.
        .target(name: "ChildProcesses", path: "Tests/Support/ChildProcesses"),
        // A PostgreSQL server of the tests' own.
        .target(name: "PostgresServer", dependencies: ["ChildProcesses"], path: "Tests/Support/PostgresServer"),
        // Databases on it in which the engine stands.
        .target(
            name: "TestDatabases",
            dependencies: ["PostgresServer", "Database", "History", "WorkflowTesting"],
            path: "Tests/Support/TestDatabases"
        ),
        // A process among several on one file.
        .executableTarget(
            name: "signal-storm",
            dependencies: ["History", "Database", "WorkflowAPI", .product(name: "Logging", package: "swift-log")],
            path: "Tests/Support/SignalStorm"
        ),
        // A command line whose workflows and activities end the process.
        .executableTarget(
            name: "crash-ctl",
            dependencies: ["WorkflowCommands", "WorkflowAPI", "WorkflowRuntime"],
            path: "Tests/Support/CrashCtl"
        ),

        .testTarget(
            name: "WorkflowAPITests",
            dependencies: ["WorkflowAPI"],
            exclude: ["Golden/make_golden.py"],
            resources: [.copy("Golden/events.json")]
        ),
        .testTarget(
            name: "WorkflowRuntimeTests",
            dependencies: [
                "WorkflowRuntime", "WorkflowTesting", "WorkflowAPI", "CWorkflowHooks",
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["Golden/make_random.py"],
            resources: [.copy("Golden/random.json")]
        ),
        .testTarget(
            name: "DatabaseTests",
            dependencies: ["Database", "WorkflowAPI", "FaultyDisk", "PostgresServer"]
        ),
        .testTarget(name: "HistoryTests", dependencies: ["History", "WorkflowTesting", "WorkflowAPI", "Database"]),
        .testTarget(
            name: "ConformanceTests",
            dependencies: [
                "History", "WorkflowTesting", "WorkflowAPI", "Database", "FaultyDisk", "signal-storm", "PostgresServer",
                "TestDatabases",
            ]
        ),
        .testTarget(
            name: "WorkersTests",
            dependencies: [
                "Workers", "WorkflowRuntime", "History", "WorkflowTesting", "WorkflowAPI", "Database",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "InMemoryLogging", package: "swift-log"),
                .product(name: "MetricsTestKit", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]
        ),
        .testTarget(
            name: "WorkflowTestingTests",
            dependencies: [
                "WorkflowTesting", "WorkflowRuntime", "WorkflowAPI", "History", "ChildProcesses",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "ERPWorkflowsTests",
            dependencies: [
                "ERPWorkflows", "WorkflowTesting", "WorkflowRuntime", "WorkflowAPI", "Database", "History",
                "TestDatabases", "PostgresServer",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "ERPServicesHTTPTests",
            dependencies: [
                "ERPServicesHTTP", "ERPWorkflows", "WorkflowTesting", "WorkflowRuntime", "WorkflowAPI", "Database",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "InMemoryLogging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "DurabilityTests",
            dependencies: [
                "workflowctl", "ChildProcesses", "ERPWorkflows", "WorkflowRuntime", "WorkflowAPI", "Database",
                "History", "crash-ctl", "PostgresServer",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "WorkflowctlTests",
            dependencies: [
                "workflowctl", "ChildProcesses", "crash-ctl", "greetingctl", "WorkflowCommands", "WorkflowAPI",
                "History", "Database", "PostgresServer",
                .product(name: "Logging", package: "swift-log"),
            ],
            // Read where they stand, so that a run of the tests can write them anew.
            exclude: ["Golden"]
        ),
        .testTarget(
            name: "WorkflowMacrosTests",
            dependencies: [
                "WorkflowMacros", "WorkflowMacrosPlugin", "WorkflowRuntime", "WorkflowTesting", "WorkflowAPI",
                .product(name: "SwiftSyntaxBuilder", package: "swift-syntax"),
                .product(name: "SwiftSyntaxMacrosGenericTestSupport", package: "swift-syntax"),
                .product(name: "SwiftSyntaxMacros", package: "swift-syntax"),
                .product(name: "SwiftSyntaxMacroExpansion", package: "swift-syntax"),
            ]
        ),
        .testTarget(name: "TidyTests"),
    ]
)

for target in package.targets where target.type != .system && target.type != .plugin {
    if ["CWorkflowHooks", "CFaultyDisk"].contains(target.name) { continue }
    target.swiftSettings = (target.swiftSettings ?? []) + settings
}

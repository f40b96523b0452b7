package import Database

/// The tables of the domain services, beside the engine's. `schema.sql` and its like say what there is in a file,
/// `postgres_erp.sql` and its like what there is on PostgreSQL, `Steps` how older files get there.
package enum ERPSchema {
    /// The pack's part of a file.
    package static let component = SchemaComponent(
        name: "erp",
        whole: text(PackageResources.schema_sql),
        steps: [
            SchemaStep("initial", text(PackageResources.step_0001_initial_sql)),
            SchemaStep("spending, policy versions", text(PackageResources.step_0002_spending_sql)),
            SchemaStep("the end of the audit trail goes forward", text(PackageResources.step_0003_audit_head_sql)),
        ],
        postgres: PostgresScripts(whole: text(PackageResources.postgres_erp_sql), firstVersion: 3)
    )

    /// Invoices, payments, the general ledger and what was withheld.
    package static let finance = SchemaComponent(
        name: "erp_finance",
        whole: text(PackageResources.finance_sql),
        steps: [
            SchemaStep("initial", text(PackageResources.step_finance_0001_initial_sql)),
            SchemaStep("keys of invoice numbers", text(PackageResources.step_finance_0002_number_key_sql)),
        ],
        postgres: PostgresScripts(
            whole: text(PackageResources.postgres_erp_finance_sql),
            firstVersion: 1,
            steps: [
                SchemaStep("keys of invoice numbers", text(PackageResources.postgres_finance_0002_number_key_sql))
            ]
        )
    )

    /// Employees, and everything that they are given.
    package static let people = SchemaComponent(
        name: "erp_people",
        whole: text(PackageResources.people_sql),
        steps: [SchemaStep("initial", text(PackageResources.people_sql))],
        postgres: PostgresScripts(whole: text(PackageResources.postgres_erp_people_sql), firstVersion: 1)
    )

    /// How far messages have come on their way to people; it needs the outbox of ``component``.
    package static let delivery = SchemaComponent(
        name: "erp_delivery",
        whole: text(PackageResources.delivery_sql),
        steps: [SchemaStep("initial", text(PackageResources.delivery_sql))],
        postgres: PostgresScripts(whole: text(PackageResources.postgres_erp_delivery_sql), firstVersion: 1)
    )

    /// Tasks of people, deputies and logins.
    package static let tasks = SchemaComponent(
        name: "erp_tasks",
        whole: text(PackageResources.tasks_sql),
        steps: [
            SchemaStep("initial", text(PackageResources.step_tasks_0001_initial_sql)),
            SchemaStep("a login belongs to one person", text(PackageResources.step_tasks_0002_logins_sql)),
        ],
        postgres: PostgresScripts(
            whole: text(PackageResources.postgres_erp_tasks_sql),
            firstVersion: 1,
            steps: [SchemaStep("a login belongs to one person", text(PackageResources.postgres_tasks_0002_logins_sql))]
        )
    )

    /// All of them, in the order in which they are made: each stands on those before it.
    package static let components = [component, tasks, finance, people, delivery]

    // The scripts are compiled in: a program stays one file.
    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

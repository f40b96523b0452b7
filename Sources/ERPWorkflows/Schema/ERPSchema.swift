package import Database

/// The tables of the domain services, in the same file as the engine's. `schema.sql` says what there is, `Steps` how older
/// files get there.
package enum ERPSchema {
    /// The pack's part of a file.
    package static let component = SchemaComponent(
        name: "erp",
        whole: text(PackageResources.schema_sql),
        steps: [
            SchemaStep("initial", text(PackageResources.step_0001_initial_sql)),
            SchemaStep("spending, policy versions", text(PackageResources.step_0002_spending_sql)),
        ]
    )

    /// Invoices, payments, the general ledger and what was withheld.
    package static let finance = SchemaComponent(
        name: "erp_finance",
        whole: text(PackageResources.finance_sql),
        steps: [SchemaStep("initial", text(PackageResources.finance_sql))]
    )

    /// Employees, and everything that they are given.
    package static let people = SchemaComponent(
        name: "erp_people",
        whole: text(PackageResources.people_sql),
        steps: [SchemaStep("initial", text(PackageResources.people_sql))]
    )

    /// How far messages have come on their way to people; it needs the outbox of ``component``.
    package static let delivery = SchemaComponent(
        name: "erp_delivery",
        whole: text(PackageResources.delivery_sql),
        steps: [SchemaStep("initial", text(PackageResources.delivery_sql))]
    )

    /// Tasks of people, deputies and logins.
    package static let tasks = SchemaComponent(
        name: "erp_tasks",
        whole: text(PackageResources.tasks_sql),
        steps: [SchemaStep("initial", text(PackageResources.tasks_sql))]
    )

    // The scripts are compiled in: a program stays one file.
    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

extension SeedCheck {
    /// What is wrong with what a tenant has for its employees.
    static func problems(of people: SeedPeople, in tenant: String) -> [String] {
        let place = "people of '\(tenant.clipped(to: 20))'"
        var problems: [String] = []
        func checkName(_ text: String, _ what: String) {
            if let problem = TextLimits.problem(text, from: 1, to: TextLimits.name) {
                problems.append("\(place): \(what) \(problem)")
            }
        }
        func checkOnce(_ ids: [String], _ what: String) {
            for id in repeated(ids) { problems.append("\(place): \(what) '\(id.clipped(to: 20))' stands twice") }
        }
        if let domain = people.mailDomain, !Identifiers.isMailAddress("x@\(domain)") || domain.count > 100 {
            problems.append("\(place): the mailDomain '\(domain.clipped(to: 40))' is none")
        }
        for station in people.workstations ?? [] {
            checkName(station.tag, "the tag of a workstation")
            checkName(station.model, "the model of a workstation")
            checkName(station.location, "the location of a workstation")
        }
        checkOnce((people.workstations ?? []).map(\.tag), "the workstation")
        for plan in people.benefitPlans ?? [] {
            checkName(plan.id, "the id of a benefit plan")
            checkName(plan.name, "the name of a benefit plan")
        }
        checkOnce((people.benefitPlans ?? []).map(\.id), "the benefit plan")
        for room in people.rooms ?? [] {
            checkName(room.id, "the id of a room")
            checkName(room.location, "the location of a room")
            if !(1...1000).contains(room.seats) {
                problems.append("\(place): the room '\(room.id.clipped(to: 20))' must have 1 to 1000 seats")
            }
        }
        checkOnce((people.rooms ?? []).map(\.id), "the room")
        for mentor in people.mentors ?? [] {
            checkName(mentor.user, "the user of a mentor")
            checkName(mentor.department, "the department of a mentor")
        }
        return problems
    }
}

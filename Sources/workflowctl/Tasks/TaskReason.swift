import ERPWorkflows

extension HumanTask {
    /// Why it waits, for people.
    var waitsFor: String {
        if let note { return note }
        guard kind == .approval else { return "its time has not come, or the system sees to it" }
        return level == nil ? "to be decided in the first week" : "to be decided"
    }
}

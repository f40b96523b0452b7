import ERPWorkflows
import WorkflowAPI
import WorkflowCommands
import WorkflowRuntime

/// Says on stderr that what a tenant does not want encrypted is stored as it is.
enum EncryptionWarning {
    /// Once for each start of an onboarding in clear.
    static func tell(of stored: StartWorkflowRequest) {
        guard stored.workflowType == EmployeeOnboarding.workflowName, !stored.input.allSatisfy(\.isEncrypted) else {
            return
        }
        Output.warning(
            "the national id, mail address and mobile number are stored in clear; --payload-keys FILE encrypts them, and "
                + "'requireEncryption' in the file of 'erp load' insists on it"
        )
    }
}

/// The command line with the ERP pack.
@main
struct WorkflowCtl {
    static func main() {}
}

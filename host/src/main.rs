//! The `plugpacks` command.

fn main() -> std::process::ExitCode {
    plugpacks::cli::main()
}

//! The program's entry: hands the command line to `cli`.

fn main() -> std::process::ExitCode {
    erabi::cli::main()
}

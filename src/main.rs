//! The program's entry: hands the command line to `cli`. Memory comes from mimalloc: reading, deduplicating and answering are
//! many small allocations.

#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    erabi::cli::main()
}

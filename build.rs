//! Makes sure that the folder of the built front end exists, so that the program compiles before the front end was built.

fn main() {
    println!("cargo:rerun-if-changed=web/dist");
    if let Err(error) = std::fs::create_dir_all("web/dist") {
        println!("cargo:warning=web/dist: {error}");
    }
}

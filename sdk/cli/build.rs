//! New modules of the lobby are a reason to build again.

fn main() {
    println!("cargo:rerun-if-changed=../../public/app");
}

//! New files in the embedded folders are a reason to build again.

fn main() {
    for folder in ["../public", "../sdk/maribro-sdk.js", "../sdk/maribro-sdk.d.ts", "../games"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}

//! [`maribro_fuzz::messages`] under libFuzzer; built without `cargo fuzz`: played with the files that are named.

#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|data: &[u8]| maribro_fuzz::messages(data));

#[cfg(not(fuzzing))]
fn main() -> std::io::Result<()> {
    maribro_fuzz::play_named_files(maribro_fuzz::messages)
}
